"""What one operation has to do with patients becomes events: exactly one for each patient."""

import uuid
from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Final

from bff.asking import Asker
from clients.access import Access
from clients.ids import PatientId
from clients.records.audit import AuditDecision, AuditEvent, AuditKind, AuditPool

NOBODY: Final = "anonymous"
# As much of an operation's name as the audit keeps.
MAX_NAME: Final = 100


class Recorder:
    """The trail of one operation (for a subscription, of one of its events), while it runs.

    The resolvers tell what they show; a service's answer tells whom it has denied, and what it gave in an emergency.
    """

    def __init__(self, asker: Asker, clock: Callable[[], datetime]) -> None:
        self._asker: Final = asker
        self._at: Final = clock()
        # The client may have chosen the request's id, and chosen it before: this one is nobody else's.
        self._id: Final = uuid.uuid4().hex
        # By coordinate: its patients.
        self._touched: Final[dict[str, set[str]]] = {}
        self._denied: Final[dict[str | None, set[str]]] = {}
        self._missed: Final[dict[object, set[str]]] = {}
        self._refused: Final[dict[str, set[str]]] = {}
        self._emergencies: Final[set[str]] = set()

    def touched(self, patient_ids: Collection[str], coordinate: str) -> None:
        """Note what was shown of patients."""
        self._touched.setdefault(coordinate, set()).update(patient_ids)

    def denied(self, patient_id: str | None, coordinate: str) -> None:
        """Note what was not shown; of whom, where it is known. A denial of nobody to nobody is no event."""
        if patient_id is None and self._asker.principal.id is None:
            return
        self._denied.setdefault(patient_id, set()).add(coordinate)

    def missed(self, key: object, coordinate: str) -> None:
        """Note which field had nothing to show for a key."""
        self._missed.setdefault(key, set()).add(coordinate)

    def told(self, accesses: Sequence[Access]) -> None:
        """Note what a service says of objects that it was asked for in this operation."""
        for access in accesses:
            match access.decision:
                case "DENIED":
                    self._refused.setdefault(access.patient_id, set()).add(access.object_id)
                case "EMERGENCY":
                    self._emergencies.add(access.patient_id)

    def events(self, kind: AuditKind, name: str | None, root_fields: Sequence[str]) -> Sequence[AuditEvent]:
        """Return the operation's events; none where it had nothing to do with a patient and was denied nothing.

        `root_fields` are the operation's own coordinates: those of a denial that no field is known to have asked for.
        """
        denied = {patient_id: set(fields) for patient_id, fields in self._denied.items()}
        for patient_id, objects in self._refused.items():
            asked = set().union(*(self._missed.get(each, ()) for each in objects))
            denied.setdefault(patient_id, set()).update(asked or root_fields)
        shown = self._shown()
        patients = sorted({*shown, *denied, *self._emergencies} - {None}, key=str)
        subjects = [*patients, *([None] if None in denied else [])]
        return [self._event(each, kind, name, shown.get(each, ()), denied.get(each, set())) for each in subjects]

    def _shown(self) -> dict[str | None, list[str]]:
        """Return the coordinates of each patient that anything was shown of, in order."""
        shown: dict[str | None, list[str]] = {}
        for coordinate in sorted(self._touched):
            for patient_id in self._touched[coordinate]:
                shown.setdefault(patient_id, []).append(coordinate)
        return shown

    def _event(
        self, patient_id: str | None, kind: AuditKind, name: str | None, shown: Sequence[str], denied: set[str]
    ) -> AuditEvent:
        principal = self._asker.principal
        return AuditEvent(
            operation_id=self._id,
            request_id=self._asker.request_id,
            actor=principal.id or NOBODY,
            pool=AuditPool(principal.audience),
            roles=tuple(sorted(principal.held)) if principal.audience == "erp" else (),
            patient_id=PatientId(patient_id) if patient_id else None,
            operation=name,
            kind=kind,
            fields=tuple(shown),
            denied_fields=tuple(sorted(denied)),
            decision=self._decision(patient_id, denied),
            at=self._at,
        )

    def _decision(self, patient_id: str | None, denied: set[str]) -> AuditDecision:
        if patient_id in self._emergencies:
            return AuditDecision.EMERGENCY
        return AuditDecision.DENIED if denied else AuditDecision.ALLOWED
