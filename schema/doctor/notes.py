"""Notes: what a doctor writes about an appointment, for the doctor alone."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Final, Self

import strawberry

from clients.ids import AppointmentId, PatientId
from clients.records import models
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import DOCTOR
from schema.common.problems import IdempotencyConflict, InvalidInput, NotFound, outcome
from schema.doctor.context import DoctorInfo


@strawberry.type(directives=[DOCTOR, PATIENT_DATA])
class Note:
    """A note that only its author reads."""

    id: strawberry.ID
    patient_id: strawberry.Private[PatientId]
    text: str
    created_at: datetime

    @classmethod
    def of(cls, model: models.Note) -> Self:
        """Project the model."""
        return cls(
            id=strawberry.ID(model.id), patient_id=model.patient_id, text=model.text, created_at=model.created_at
        )


def notes_of(notes: Sequence[models.Note]) -> list[Note]:
    """Project notes, their order kept."""
    return [Note.of(note) for note in notes]


@strawberry.input
class WriteNoteInput:
    """A note on an own appointment."""

    appointment_id: strawberry.ID
    text: str
    idempotency_key: str


@strawberry.type(directives=[DOCTOR, PATIENT_DATA])
class NoteWritten:
    """The note is kept."""

    note: Note

    @classmethod
    def of(cls, model: models.Note) -> Self:
        """Project the model."""
        return cls(note=Note.of(model))


WriteNoteProblem = NotFound | IdempotencyConflict | InvalidInput
WriteNoteResult = Annotated[NoteWritten | WriteNoteProblem, strawberry.union("WriteNoteResult")]

_PROBLEMS: Final[Mapping[str, type[WriteNoteProblem]]] = {
    "NOT_FOUND": NotFound,
    "IDEMPOTENCY_CONFLICT": IdempotencyConflict,
    "INVALID_REQUEST": InvalidInput,
}


async def write_note(info: DoctorInfo, input: WriteNoteInput) -> WriteNoteResult:
    """Write a note on an own appointment."""
    note = models.NewNote(
        appointment_id=AppointmentId(input.appointment_id),
        text=input.text,
        idempotency_key=input.idempotency_key,
    )
    return await outcome(info.context.records.write_note(note), NoteWritten.of, _PROBLEMS)
