"""The trail that an operation leaves, kept for a look at it."""

from collections.abc import Collection
from dataclasses import dataclass, field


@dataclass(slots=True)
class NotedTrail:
    """Remembers all that it is told."""

    shown: dict[str, set[str]] = field(default_factory=dict)
    refused: list[tuple[str | None, str]] = field(default_factory=list)
    absent: list[tuple[object, str]] = field(default_factory=list)

    def touched(self, patient_ids: Collection[str], coordinate: str) -> None:
        """Note what was shown."""
        for patient_id in patient_ids:
            self.shown.setdefault(patient_id, set()).add(coordinate)

    def denied(self, patient_id: str | None, coordinate: str) -> None:
        """Note what was not."""
        self.refused.append((patient_id, coordinate))

    def missed(self, key: object, coordinate: str) -> None:
        """Note what was not there."""
        self.absent.append((key, coordinate))
