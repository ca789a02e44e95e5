"""Reading records: which of them a caller may see at this moment. Every read of a record comes through here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.common.callers import Caller
from services.common.clock import Clock
from services.common.table import Table
from services.records.models import Category, MedicalRecord, OpenTo, ReadableRecord, RecordsOfPatient
from services.records.rules.access import may_read
from services.records.rules.audience import require_reader
from services.records.store.records import RecordStore, filed_of, state_key
from services.records.store.shares import ShareStore, grant_of, share_key


@dataclass(frozen=True, slots=True)
class Readable:
    """A record that the caller may read until `until`: for its patient, None."""

    record: MedicalRecord
    until: datetime | None

    def shown_to(self, caller: Caller) -> ReadableRecord:
        """Return what the caller gets."""
        open_to = None if self.until is None else OpenTo(doctor_id=caller.actor, until=self.until)
        return ReadableRecord(**dict(self.record), open_to=open_to)


class Reading:
    """Decides by the items themselves, strongly consistent, and by the clock: a revoked share is gone at once."""

    def __init__(self, table: Table, records: RecordStore, shares: ShareStore, clock: Clock) -> None:
        self._table: Final = table
        self._records: Final = records
        self._shares: Final = shares
        self._clock: Final = clock

    async def records(self, caller: Caller, ids: Sequence[str]) -> Sequence[Readable]:
        """Return those of these records that the caller may read, in their order: one read of all their items."""
        require_reader(caller)
        shares = [share_key(record_id, caller.actor) for record_id in ids] if caller.pool == "doctor" else []
        items = await self._table.get([*map(state_key, ids), *shares])
        now = self._clock()
        readable = []
        for record_id in ids:
            state, share = items.get(state_key(record_id)), items.get(share_key(record_id, caller.actor))
            record, grant = filed_of(state).record if state else None, grant_of(share) if share else None
            if record is not None and may_read(caller, record, grant, now):
                readable.append(Readable(record, grant.share.expires_at if grant else None))
        return readable

    async def page(
        self, caller: Caller, patient_id: str, category: Category | None, limit: int, after: str | None
    ) -> RecordsOfPatient:
        """Return one page of a patient's records that the caller may read, newest first.

        A doctor's page skips shares that are over, so it may take several reads.
        """
        if caller.is_person("patient", patient_id):
            own, next_page = await self._records.page(patient_id, category, limit, after)
            items = tuple(Readable(each, None).shown_to(caller) for each in own)
            return RecordsOfPatient(patient_id=patient_id, items=items, next=next_page)
        found: list[ReadableRecord] = []
        while True:
            ids, after = await self._shares.candidates(caller.actor, patient_id, limit - len(found), after)
            found += [
                each.shown_to(caller)
                for each in await self.records(caller, ids)
                if category is None or each.record.category is category
            ]
            if after is None or len(found) == limit:
                return RecordsOfPatient(patient_id=patient_id, items=tuple(found), next=after)
