"""Registering and suspending doctors."""

from collections.abc import Mapping
from typing import Annotated, ClassVar, Final, Self

import strawberry

from clients.erp import models
from clients.ids import DoctorId
from schema.common.messages import ProblemCode
from schema.common.problems import IdempotencyConflict, InvalidInput, NotFound, Problem, outcome
from schema.erp.context import ErpInfo
from schema.erp.people import Doctor
from schema.erp.permissions import ADMIN


@strawberry.input
class CrmInput:
    """A doctor's registration with the regional council: the number counts within its state (UF)."""

    number: str
    state: str


@strawberry.input
class ClinicInput:
    """Where a doctor is: degrees, WGS 84."""

    name: str
    city: str
    state: str
    latitude: float
    longitude: float

    def model(self) -> models.Clinic:
        """Return what the ERP is told."""
        return models.Clinic(
            name=self.name, city=self.city, state=self.state, latitude=self.latitude, longitude=self.longitude
        )


@strawberry.input
class RegisterDoctorInput:
    """A new doctor: `specialties` are codes, the price is in BRL cents."""

    name: str
    crm: CrmInput
    email: str
    specialties: list[str]
    bio: str
    clinic: ClinicInput
    time_zone: str
    price_cents: int
    idempotency_key: str

    def model(self) -> models.NewDoctor:
        """Return what the ERP is told."""
        return models.NewDoctor(
            name=self.name,
            crm=models.Crm(number=self.crm.number, state=self.crm.state),
            email=self.email,
            specialties=tuple(self.specialties),
            bio=self.bio,
            clinic=self.clinic.model(),
            time_zone=self.time_zone,
            price_cents=self.price_cents,
            idempotency_key=self.idempotency_key,
        )


@strawberry.type(directives=[ADMIN])
class DoctorRegistered:
    """An invitation goes to the doctor by e-mail; patients find the doctor soon."""

    doctor: Doctor

    @classmethod
    def of(cls, model: models.Registration) -> Self:
        """Project the model."""
        return cls(doctor=Doctor.of(model))


@strawberry.type
class AlreadyRegistered(Problem):
    """The CRM or the e-mail belongs to a registered doctor."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.ALREADY_REGISTERED


@strawberry.input
class SuspendDoctorInput:
    """Whom to suspend, and why."""

    doctor_id: strawberry.ID
    reason: str


@strawberry.type(directives=[ADMIN])
class DoctorSuspended:
    """No search finds the doctor, who cannot sign in."""

    doctor: Doctor

    @classmethod
    def of(cls, model: models.Registration) -> Self:
        """Project the model."""
        return cls(doctor=Doctor.of(model))


@strawberry.type
class AlreadySuspended(Problem):
    """The doctor is suspended already."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.ALREADY_SUSPENDED


RegisterProblem = AlreadyRegistered | InvalidInput | IdempotencyConflict
RegisterDoctorResult = Annotated[DoctorRegistered | RegisterProblem, strawberry.union("RegisterDoctorResult")]

SuspendProblem = NotFound | AlreadySuspended | InvalidInput
SuspendDoctorResult = Annotated[DoctorSuspended | SuspendProblem, strawberry.union("SuspendDoctorResult")]

_REGISTER_PROBLEMS: Final[Mapping[str, type[RegisterProblem]]] = {
    "ALREADY_REGISTERED": AlreadyRegistered,
    "INVALID_CRM": InvalidInput,
    "INVALID_EMAIL": InvalidInput,
    "INVALID_TIME_ZONE": InvalidInput,
    "INVALID_REQUEST": InvalidInput,
    "IDEMPOTENCY_CONFLICT": IdempotencyConflict,
}
_SUSPEND_PROBLEMS: Final[Mapping[str, type[SuspendProblem]]] = {
    "NOT_FOUND": NotFound,
    "ALREADY_SUSPENDED": AlreadySuspended,
    "INVALID_REQUEST": InvalidInput,
}


async def register_doctor(info: ErpInfo, input: RegisterDoctorInput) -> RegisterDoctorResult:
    """Register a doctor. For the role admin."""
    return await outcome(info.context.erp.register_doctor(input.model()), DoctorRegistered.of, _REGISTER_PROBLEMS)


async def suspend_doctor(info: ErpInfo, input: SuspendDoctorInput) -> SuspendDoctorResult:
    """Suspend a doctor at once. For the role admin."""
    call = info.context.erp.suspend_doctor(DoctorId(input.doctor_id), models.Suspension(reason=input.reason))
    return await outcome(call, DoctorSuspended.of, _SUSPEND_PROBLEMS)
