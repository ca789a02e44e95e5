"""Doctors' notes in DynamoDB.

NOTE#id  STATE  gsi1: NOTES#appointmentId by creation
"""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

from services.common.outbox import Event, event_write
from services.common.table import ConditionFailed, Item, Key, Table, put
from services.records.models import Note
from services.records.store.idempotency import Intent, made_before
from services.records.store.keys import stamp


def note_items(note: Note) -> list[Item]:
    """Return the items that a note is kept as."""
    pk, sk = _key(note.id)
    return [
        {
            "pk": pk,
            "sk": sk,
            "gsi1pk": _of_appointment(note.appointment_id),
            "gsi1sk": f"{stamp(note.created_at)}#{note.id}",
            "version": 1,
            "body": note.model_dump_json(),
        }
    ]


class NoteStore:
    """The notes' part of the service's table."""

    def __init__(self, table: Table) -> None:
        self._table: Final = table

    async def write(self, note: Note, intent: Intent, now: datetime) -> Note:
        """Keep a note, or return the one that `intent` made before; raises `IdempotencyConflict`."""
        [item] = note_items(note)
        data = {"appointmentId": note.appointment_id, "patientId": note.patient_id, "doctorId": note.doctor_id}
        event = Event.of("note.written", note.id, 1, now, data)
        try:
            await self._table.transact([intent.write(note.id), put(item, new=True), event_write(event)])
        except ConditionFailed:
            key = _key(await made_before(self._table, intent))
            return _note((await self._table.get([key]))[key])
        return note

    async def written_by(self, doctor_id: str, appointment_ids: Iterable[str]) -> Sequence[Note]:
        """Return the doctor's own notes on these appointments, oldest first: one query an appointment, all at once."""
        pages = await asyncio.gather(
            *(self._table.query(_of_appointment(each), index="gsi1") for each in appointment_ids)
        )
        notes = [_note(item) for page in pages for item in page.items]
        return [note for note in notes if note.doctor_id == doctor_id]


def _key(note_id: str) -> Key:
    return f"NOTE#{note_id}", "STATE"


def _of_appointment(appointment_id: str) -> str:
    return f"NOTES#{appointment_id}"


def _note(item: Item) -> Note:
    return Note.model_validate_json(item["body"])
