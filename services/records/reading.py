"""Reading records: which of them a caller may see at this moment. Every read of a record comes through here."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import Response

from services.common.access import Access
from services.common.callers import Caller
from services.common.clock import Clock
from services.common.table import Table
from services.records.emergency.models import EmergencyAccess
from services.records.emergency.rules import opens, to
from services.records.emergency.store import EmergencyStore
from services.records.models import Category, Grant, MedicalRecord, OpenTo, ReadableRecord, RecordsOfPatient
from services.records.rules.access import may_read, owns
from services.records.rules.audience import require_reader
from services.records.store.records import RecordStore, filed_of, state_key
from services.records.store.shares import ShareStore, grant_of, share_key


@dataclass(frozen=True, slots=True)
class Readable:
    """A record that the caller may read until `until`: for its patient, None. By a share, or in an `emergency`."""

    record: MedicalRecord
    until: datetime | None
    emergency: bool = False

    def shown_to(self, caller: Caller) -> ReadableRecord:
        """Return what the caller gets."""
        open_to = None if self.until is None else OpenTo(doctor_id=caller.actor, until=self.until)
        return ReadableRecord(**dict(self.record), open_to=open_to)


class Reading:
    """Decides by the items themselves, strongly consistent, and by the clock: a revoked share is gone at once."""

    def __init__(
        self, table: Table, records: RecordStore, shares: ShareStore, emergencies: EmergencyStore, clock: Clock
    ) -> None:
        self._table: Final = table
        self._records: Final = records
        self._shares: Final = shares
        self._emergencies: Final = emergencies
        self._clock: Final = clock

    async def records(self, caller: Caller, ids: Sequence[str], access: Access) -> Sequence[Readable]:
        """Return those of these records that the caller may read, in their order: one read of all their items.

        A doctor's emergency accesses are one read more, whatever is asked for. `access` is told of records that are
        there and not for the caller, and of those read in an emergency.
        """
        require_reader(caller)
        if not ids:
            return []
        shares = [share_key(record_id, caller.actor) for record_id in ids] if caller.pool == "doctor" else []
        items, emergencies = await asyncio.gather(
            self._table.get([*map(state_key, ids), *shares]), self.emergencies(caller)
        )
        now = self._clock()
        readable = []
        for record_id in ids:
            state, share = items.get(state_key(record_id)), items.get(share_key(record_id, caller.actor))
            if state is None:
                continue
            record = filed_of(state).record
            found = _readable(caller, record, grant_of(share) if share else None, emergencies, now)
            if found is None:
                access.denied(record.patient_id, record.id)
                continue
            if found.emergency:
                access.emergency(record.patient_id, record.id)
            readable.append(found)
        return readable

    async def emergencies(self, caller: Caller) -> Sequence[EmergencyAccess]:
        """Return a doctor's emergency accesses that hold now; of anybody else, none."""
        return await self._emergencies.live_of(caller.actor, self._clock()) if caller.pool == "doctor" else ()

    async def page(  # noqa: PLR0913, PLR0917  they are the query's parameters
        self,
        caller: Caller,
        patient_id: str,
        category: Category | None,
        limit: int,
        after: str | None,
        access: Access,
    ) -> RecordsOfPatient:
        """Return one page of a patient's records that the caller may read, newest first.

        A doctor's page skips shares that are over, so it may take several reads. In an emergency it is of all records
        that are READY. A cursor is of the list that it came from.
        """
        if caller.is_person("patient", patient_id):
            own, next_page = await self._records.page(patient_id, category, limit, after)
            items = tuple(Readable(each, None).shown_to(caller) for each in own)
            return RecordsOfPatient(patient_id=patient_id, items=items, next=next_page)
        if emergency := to(patient_id, await self.emergencies(caller), self._clock()):
            every, next_page = await self._records.page(patient_id, category, limit, after)
            items = tuple(
                Readable(record, emergency.expires_at).shown_to(caller)
                for record in every
                if opens(emergency, caller, record, self._clock())
            )
            access.emergency(patient_id, patient_id)
            return RecordsOfPatient(patient_id=patient_id, items=items, next=next_page)
        found: list[ReadableRecord] = []
        while True:
            ids, after = await self._shares.candidates(caller.actor, patient_id, limit - len(found), after)
            # Shares that are over are no denial: nobody asked for these records.
            found += [
                each.shown_to(caller)
                for each in await self.records(caller, ids, Access(Response()))
                if category is None or each.record.category is category
            ]
            if after is None or len(found) == limit:
                return RecordsOfPatient(patient_id=patient_id, items=tuple(found), next=after)


def _readable(
    caller: Caller,
    record: MedicalRecord,
    grant: Grant | None,
    emergencies: Sequence[EmergencyAccess],
    now: datetime,
) -> Readable | None:
    """Return a record that the caller may read: by what is usual first."""
    if may_read(caller, record, grant, now):
        return Readable(record, None if owns(caller, record) or grant is None else grant.share.expires_at)
    emergency = to(record.patient_id, emergencies, now)
    if emergency is not None and opens(emergency, caller, record, now):
        return Readable(record, emergency.expires_at, emergency=True)
    return None
