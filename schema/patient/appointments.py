"""A patient's appointments."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, ClassVar, Final, Self

import strawberry

from clients.ids import AppointmentId, DoctorId, PatientId
from clients.loaders import Asked
from clients.pages import Page
from clients.scheduling import models
from clients.scheduling.client import AppointmentPage
from clients.scheduling.loaders import DoctorByIdLoader
from schema.common.appointments import AppointmentFilter, Cancellation, HistoryEntry, Meeting, statuses_of
from schema.common.costs import list_size
from schema.common.enums import AppointmentStatus
from schema.common.loaded import loaded
from schema.common.messages import ProblemCode
from schema.common.nodes import Node
from schema.common.pagination import DEFAULT_PAGE_SIZE, After, Connection, First, connection, page_request
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import PATIENT
from schema.common.problems import (
    IdempotencyConflict,
    InvalidInput,
    InvalidTransition,
    JustificationRequired,
    NotFound,
    Problem,
    outcome,
)
from schema.patient.context import PatientInfo
from schema.patient.doctors import Doctor


@strawberry.type(directives=[PATIENT, PATIENT_DATA])
class Appointment(Node):
    """A consultation with a doctor."""

    patient_id: strawberry.Private[PatientId]
    doctor_id: strawberry.Private[DoctorId]
    status: AppointmentStatus
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    price_cents: int
    currency: str
    reason: str
    meeting: Meeting | None
    cancellation: Cancellation | None
    decline_reason: str | None
    history: list[HistoryEntry] = strawberry.field(directives=[list_size(5)])
    doctor: Doctor | None = loaded(DoctorByIdLoader, key=lambda appointment: appointment.doctor_id, into=Doctor.of)

    @classmethod
    def of(cls, model: models.Appointment) -> Self:
        """Project the model."""
        return cls(
            id=strawberry.ID(model.id),
            patient_id=model.patient_id,
            doctor_id=model.doctor_id,
            status=model.status,
            starts_at=model.starts_at,
            ends_at=model.ends_at,
            time_zone=model.time_zone,
            price_cents=model.price_cents,
            currency=model.currency,
            reason=model.reason,
            meeting=Meeting.of(model),
            cancellation=Cancellation.of(model.cancellation),
            decline_reason=model.decline_reason,
            history=[HistoryEntry.of(entry) for entry in model.history],
        )


def appointments_key(
    patient: Node, *, filter: AppointmentFilter | None = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Asked[PatientId, AppointmentPage]:
    """Return whose appointments, and which page of them."""
    return Asked(PatientId(patient.id), AppointmentPage(page_request(first, after), statuses_of(filter)))


def appointment_connection(
    _patient: Node, asked: Asked[PatientId, AppointmentPage], page: Page[models.Appointment]
) -> Connection[Appointment]:
    """Project a page of appointments."""
    return connection(page, asked.how.page, Appointment.of)


@strawberry.input
class BookAppointmentInput:
    """A time that `slots` offered; `telemedicineConsent` is the patient's explicit authorisation."""

    doctor_id: strawberry.ID
    starts_at: datetime
    reason: str
    telemedicine_consent: bool
    idempotency_key: str


@strawberry.type(directives=[PATIENT, PATIENT_DATA])
class AppointmentBooked:
    """The doctor will accept or decline."""

    appointment: Appointment

    @classmethod
    def of(cls, model: models.Appointment) -> Self:
        """Project the model."""
        return cls(appointment=Appointment.of(model))


@strawberry.type
class SlotTaken(Problem):
    """Somebody else has that time, or you have another appointment then."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.SLOT_TAKEN


@strawberry.type
class SlotUnavailable(Problem):
    """The doctor does not offer that time."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.SLOT_UNAVAILABLE


@strawberry.type
class ConsentRequired(Problem):
    """Remote care needs the patient's explicit authorisation (CFM 2.314/2022)."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.CONSENT_REQUIRED


@strawberry.type
class BookingLimitReached(Problem):
    """Too many future appointments at once."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.BOOKING_LIMIT_REACHED


@strawberry.input
class CancelAppointmentInput:
    """A justification is required."""

    appointment_id: strawberry.ID
    justification: str


@strawberry.type(directives=[PATIENT, PATIENT_DATA])
class AppointmentCancelled:
    """The time is free again."""

    appointment: Appointment

    @classmethod
    def of(cls, model: models.Appointment) -> Self:
        """Project the model."""
        return cls(appointment=Appointment.of(model))


BookProblem = SlotTaken | SlotUnavailable | ConsentRequired | BookingLimitReached | IdempotencyConflict | InvalidInput
BookAppointmentResult = Annotated[AppointmentBooked | BookProblem, strawberry.union("BookAppointmentResult")]

CancelProblem = NotFound | InvalidTransition | JustificationRequired | InvalidInput
CancelAppointmentResult = Annotated[AppointmentCancelled | CancelProblem, strawberry.union("CancelAppointmentResult")]

_BOOK_PROBLEMS: Final[Mapping[str, type[BookProblem]]] = {
    "SLOT_TAKEN": SlotTaken,
    "SLOT_UNAVAILABLE": SlotUnavailable,
    "CONSENT_REQUIRED": ConsentRequired,
    "BOOKING_LIMIT_REACHED": BookingLimitReached,
    "IDEMPOTENCY_CONFLICT": IdempotencyConflict,
    "INVALID_REQUEST": InvalidInput,
}
_CANCEL_PROBLEMS: Final[Mapping[str, type[CancelProblem]]] = {
    "NOT_FOUND": NotFound,
    "INVALID_TRANSITION": InvalidTransition,
    "JUSTIFICATION_REQUIRED": JustificationRequired,
    "INVALID_REQUEST": InvalidInput,
}


async def book_appointment(info: PatientInfo, input: BookAppointmentInput) -> BookAppointmentResult:
    """Ask a doctor for a time; one of many simultaneous attempts wins."""
    request = models.BookingRequest(
        doctor_id=DoctorId(input.doctor_id),
        starts_at=input.starts_at,
        reason=input.reason,
        telemedicine_consent=input.telemedicine_consent,
        idempotency_key=input.idempotency_key,
    )
    return await outcome(info.context.scheduling.book(request), AppointmentBooked.of, _BOOK_PROBLEMS)


async def cancel_appointment(info: PatientInfo, input: CancelAppointmentInput) -> CancelAppointmentResult:
    """Cancel with a justification; the time becomes free."""
    justification = models.Justification(justification=input.justification)
    call = info.context.scheduling.cancel(AppointmentId(input.appointment_id), justification)
    return await outcome(call, AppointmentCancelled.of, _CANCEL_PROBLEMS)
