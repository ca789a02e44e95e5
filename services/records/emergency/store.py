"""Emergency accesses in DynamoDB, by doctor, in the order in which they end.

EMERGENCY#doctorId  end#id
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.common.outbox import Event, event_write
from services.common.table import Item, Table, put
from services.records.audit.models import AuditEvent, Decision, Kind
from services.records.audit.store import AuditStore
from services.records.emergency.models import EmergencyAccess
from services.records.store.contention import insist
from services.records.store.keys import stamp

_ENDLESS: Final = "~"


class EmergencyStore:
    """The accesses that were given, and the event of the audit that each was given with."""

    def __init__(self, table: Table, audit: AuditStore) -> None:
        self._table: Final = table
        self._audit: Final = audit

    async def open(self, access: EmergencyAccess, request_id: str | None) -> None:
        """Give a doctor access to a patient's records.

        The access, its place in the patient's audit, and the event that alerts the patient are one transaction: none is
        there without the others. `request_id` is for correlation.
        """
        now = access.created_at
        told = Event.of(
            "emergency.opened", access.id, 1, now, {"patientId": access.patient_id, "doctorId": access.doctor_id}
        )

        async def open_once() -> None:
            audited = await self._audit.appending(_audit_event(access, request_id), now)
            await self._table.transact([*audited, put(_item(access), new=True), event_write(told)])

        await insist(open_once)

    async def live_of(self, doctor_id: str, now: datetime) -> Sequence[EmergencyAccess]:
        """Return a doctor's accesses that have not ended, in one query."""
        page = await self._table.query(_of(doctor_id), between=(stamp(now), _ENDLESS))
        return [EmergencyAccess.model_validate_json(item["body"]) for item in page.items]


def _audit_event(access: EmergencyAccess, request_id: str | None) -> AuditEvent:
    operation_id = hashlib.sha256(access.id.encode()).hexdigest()[:32]
    return AuditEvent(
        operation_id=operation_id,
        request_id=request_id or operation_id,
        actor=access.doctor_id,
        pool="doctor",
        patient_id=access.patient_id,
        operation=None,
        kind=Kind.EMERGENCY_ACCESS,
        fields=(),
        decision=Decision.EMERGENCY,
        at=access.created_at,
    )


def _of(doctor_id: str) -> str:
    return f"EMERGENCY#{doctor_id}"


def _item(access: EmergencyAccess) -> Item:
    return {
        "pk": _of(access.doctor_id),
        "sk": f"{stamp(access.expires_at)}#{access.id}",
        "version": 1,
        "body": access.model_dump_json(),
    }
