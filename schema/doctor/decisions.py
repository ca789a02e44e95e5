"""What a doctor decides about an appointment: accept, decline, cancel, close."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Self

import strawberry

from clients.ids import AppointmentId
from clients.scheduling import models
from schema.common.messages import ProblemCode
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import DOCTOR
from schema.common.problems import (
    InvalidInput,
    InvalidTransition,
    JustificationRequired,
    NotFound,
    Problem,
    outcome,
)
from schema.doctor.appointments import Appointment
from schema.doctor.context import DoctorInfo


@strawberry.input
class ConfirmAppointmentInput:
    """The request to accept."""

    appointment_id: strawberry.ID


@strawberry.input
class DeclineAppointmentInput:
    """The request to decline; a reason is required."""

    appointment_id: strawberry.ID
    reason: str


@strawberry.input
class CancelAppointmentInput:
    """A justification is required."""

    appointment_id: strawberry.ID
    justification: str


@strawberry.input
class CompleteAppointmentInput:
    """The consultation that took place."""

    appointment_id: strawberry.ID


@strawberry.type(directives=[DOCTOR, PATIENT_DATA])
class AppointmentConfirmed:
    """The meeting is being made."""

    appointment: Appointment

    @classmethod
    def of(cls, model: models.Appointment) -> Self:
        """Project the model."""
        return cls(appointment=Appointment.of(model))


@strawberry.type(directives=[DOCTOR, PATIENT_DATA])
class AppointmentDeclined:
    """The time is free again."""

    appointment: Appointment

    @classmethod
    def of(cls, model: models.Appointment) -> Self:
        """Project the model."""
        return cls(appointment=Appointment.of(model))


@strawberry.type(directives=[DOCTOR, PATIENT_DATA])
class AppointmentCancelled:
    """The time is free again."""

    appointment: Appointment

    @classmethod
    def of(cls, model: models.Appointment) -> Self:
        """Project the model."""
        return cls(appointment=Appointment.of(model))


@strawberry.type(directives=[DOCTOR, PATIENT_DATA])
class AppointmentCompleted:
    """An invoice follows."""

    appointment: Appointment

    @classmethod
    def of(cls, model: models.Appointment) -> Self:
        """Project the model."""
        return cls(appointment=Appointment.of(model))


@strawberry.type
class TooEarly(Problem):
    """The appointment has not started."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.TOO_EARLY


ConfirmProblem = NotFound | InvalidTransition
ConfirmAppointmentResult = Annotated[
    AppointmentConfirmed | ConfirmProblem, strawberry.union("ConfirmAppointmentResult")
]

DeclineProblem = NotFound | InvalidTransition | JustificationRequired | InvalidInput
DeclineAppointmentResult = Annotated[AppointmentDeclined | DeclineProblem, strawberry.union("DeclineAppointmentResult")]

CancelProblem = NotFound | InvalidTransition | JustificationRequired | InvalidInput
CancelAppointmentResult = Annotated[AppointmentCancelled | CancelProblem, strawberry.union("CancelAppointmentResult")]

CompleteProblem = NotFound | InvalidTransition | TooEarly
CompleteAppointmentResult = Annotated[
    AppointmentCompleted | CompleteProblem, strawberry.union("CompleteAppointmentResult")
]

_CONFIRM_PROBLEMS: Final[Mapping[str, type[ConfirmProblem]]] = {
    "NOT_FOUND": NotFound,
    "INVALID_TRANSITION": InvalidTransition,
}
_DECLINE_PROBLEMS: Final[Mapping[str, type[DeclineProblem]]] = {
    "NOT_FOUND": NotFound,
    "INVALID_TRANSITION": InvalidTransition,
    "JUSTIFICATION_REQUIRED": JustificationRequired,
    "INVALID_REQUEST": InvalidInput,
}
_CANCEL_PROBLEMS: Final[Mapping[str, type[CancelProblem]]] = {
    "NOT_FOUND": NotFound,
    "INVALID_TRANSITION": InvalidTransition,
    "JUSTIFICATION_REQUIRED": JustificationRequired,
    "INVALID_REQUEST": InvalidInput,
}
_COMPLETE_PROBLEMS: Final[Mapping[str, type[CompleteProblem]]] = {
    "NOT_FOUND": NotFound,
    "INVALID_TRANSITION": InvalidTransition,
    "TOO_EARLY": TooEarly,
}


async def confirm_appointment(info: DoctorInfo, input: ConfirmAppointmentInput) -> ConfirmAppointmentResult:
    """Accept a request; a Meet link follows."""
    call = info.context.scheduling.confirm(AppointmentId(input.appointment_id))
    return await outcome(call, AppointmentConfirmed.of, _CONFIRM_PROBLEMS)


async def decline_appointment(info: DoctorInfo, input: DeclineAppointmentInput) -> DeclineAppointmentResult:
    """Decline a request with a reason; the time becomes free."""
    reason = models.Reason(reason=input.reason)
    call = info.context.scheduling.decline(AppointmentId(input.appointment_id), reason)
    return await outcome(call, AppointmentDeclined.of, _DECLINE_PROBLEMS)


async def cancel_appointment(info: DoctorInfo, input: CancelAppointmentInput) -> CancelAppointmentResult:
    """Cancel with a justification; the time becomes free."""
    justification = models.Justification(justification=input.justification)
    call = info.context.scheduling.cancel(AppointmentId(input.appointment_id), justification)
    return await outcome(call, AppointmentCancelled.of, _CANCEL_PROBLEMS)


async def complete_appointment(info: DoctorInfo, input: CompleteAppointmentInput) -> CompleteAppointmentResult:
    """Close a consultation once it has begun; it is billed."""
    call = info.context.scheduling.complete(AppointmentId(input.appointment_id))
    return await outcome(call, AppointmentCompleted.of, _COMPLETE_PROBLEMS)
