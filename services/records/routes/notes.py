"""Notes: what a doctor writes about an appointment, for that doctor alone."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.common.callers import CallerOf
from services.common.ids import new_id
from services.records.models import NewNote, Note
from services.records.parts import PartsOf
from services.records.routes.ids import AppointmentIds, ids_of
from services.records.rules.audience import require_doctor
from services.records.store.idempotency import Intent

routes = APIRouter()


@routes.post("/notes", status_code=201)
async def write_note(new: NewNote, caller: CallerOf, parts: PartsOf) -> Note:
    """Write a note on an own appointment; the same key and request again give the same note.

    404 NOT_FOUND; 409 IDEMPOTENCY_CONFLICT; 503 where scheduling does not answer.
    """
    require_doctor(caller)
    appointment = await parts.care.appointment_of(caller.actor, new.appointment_id)
    now = parts.clock()
    note = Note(
        id=new_id("note", now),
        appointment_id=appointment.id,
        patient_id=appointment.patient_id,
        doctor_id=caller.actor,
        text=new.text,
        created_at=now,
    )
    return await parts.notes.write(note, Intent.of(caller.actor, "note", new.idempotency_key, new), now)


@routes.get("/notes")
async def list_notes(appointment_ids: AppointmentIds, caller: CallerOf, parts: PartsOf) -> Sequence[Note]:
    """Return the calling doctor's own notes on these appointments, oldest first within each."""
    require_doctor(caller)
    return await parts.notes.written_by(caller.actor, ids_of(appointment_ids))
