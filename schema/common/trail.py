"""The trail that an operation leaves: whose data it showed, field by field, and what it was denied."""

from collections.abc import Collection
from typing import Protocol


class Trail(Protocol):
    """Notes what one operation has to do with patients. Coordinates are the schema's: `MedicalRecord.title`."""

    def touched(self, patient_ids: Collection[str], coordinate: str) -> None:
        """Note that a field of these patients' objects, or a field that led to them, was given."""

    def denied(self, patient_id: str | None, coordinate: str) -> None:
        """Note that a field was not given; of a patient where it is known of whom, else of nobody in particular."""

    def missed(self, key: object, coordinate: str) -> None:
        """Note that a field had nothing to show for a key: whether that is a denial, only a service knows."""


class HasTrail(Protocol):
    """What a context must offer for its graph to be audited."""

    @property
    def trail(self) -> Trail:
        """The operation's trail."""
