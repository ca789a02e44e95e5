"""Medical records in DynamoDB.

RECORD#id  STATE  gsi1: RECORDS#patientId by creation, gsi2: RECORDS#patientId#CATEGORY by creation
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from services.common.outbox import Event, event_write
from services.common.table import ConditionFailed, Item, Key, Table, put, put_version
from services.records.models import Category, Filed, MedicalRecord, RecordStatus
from services.records.store.idempotency import Intent, made_before
from services.records.store.keys import stamp


def record_items(filed: Filed) -> list[Item]:
    """Return the items that a record is kept as."""
    record = filed.record
    pk, sk = state_key(record.id)
    position = f"{stamp(record.created_at)}#{record.id}"
    return [
        {
            "pk": pk,
            "sk": sk,
            "gsi1pk": _of_patient(record.patient_id),
            "gsi1sk": position,
            "gsi2pk": _of_patient(record.patient_id, record.category),
            "gsi2sk": position,
            "version": filed.version,
            "body": filed.model_dump_json(),
        }
    ]


class RecordStore:
    """The records' part of the service's table."""

    def __init__(self, table: Table) -> None:
        self._table: Final = table

    async def records(self, ids: Iterable[str]) -> Sequence[MedicalRecord]:
        """Return the records with these ids, in their order; absent ones are left out."""
        keys = [state_key(record_id) for record_id in ids]
        items = await self._table.get(keys)
        return [filed_of(items[key]).record for key in keys if key in items]

    async def page(
        self, patient_id: str, category: Category | None, limit: int, after: str | None
    ) -> tuple[Sequence[MedicalRecord], str | None]:
        """Return one page of a patient's records, newest first, and the cursor of the next."""
        index = "gsi1" if category is None else "gsi2"
        page = await self._table.query(
            _of_patient(patient_id, category), index=index, descending=True, limit=limit, after=after
        )
        return [filed_of(item).record for item in page.items], page.next

    async def create(self, record: MedicalRecord, intent: Intent) -> MedicalRecord:
        """Keep a PENDING record, or return the one that `intent` made before; raises `IdempotencyConflict`."""
        [item] = record_items(Filed(record=record, version=1))
        try:
            await self._table.transact([intent.write(record.id), put(item, new=True)])
        except ConditionFailed:
            [record] = await self.records([await made_before(self._table, intent)])
        return record

    async def finish(self, record: MedicalRecord, now: datetime) -> MedicalRecord:
        """Make a PENDING record READY; one that became so meanwhile stays."""
        filed = Filed(record=record.model_copy(update={"status": RecordStatus.READY}), version=2)
        [item] = record_items(filed)
        data = {"recordId": record.id, "patientId": record.patient_id}
        event = Event.of("record.added", record.id, filed.version, now, data)
        try:
            await self._table.transact([put_version(item, replaces=1), event_write(event)])
        except ConditionFailed:
            [record] = await self.records([record.id])
            return record
        return filed.record


def state_key(record_id: str) -> Key:
    """Return where a record's state is."""
    return f"RECORD#{record_id}", "STATE"


def filed_of(item: Item) -> Filed:
    """Read a record's item."""
    return Filed.model_validate_json(item["body"])


def _of_patient(patient_id: str, category: Category | None = None) -> str:
    return f"RECORDS#{patient_id}" + (f"#{category}" if category else "")
