"""A patient's account: registering, signing in, and who one is."""

from collections.abc import Mapping
from datetime import date
from operator import attrgetter
from typing import Annotated, ClassVar, Final, Self

import strawberry

from clients.ids import PatientId
from clients.records import models
from clients.records.loaders import (
    AuditByPatientLoader,
    PatientByIdLoader,
    RecordsByPatientLoader,
    SharesByPatientLoader,
)
from clients.scheduling.loaders import AppointmentsByPatientLoader
from schema.common.costs import PAGE, list_size
from schema.common.loaded import loaded
from schema.common.messages import ProblemCode
from schema.common.nodes import Node
from schema.common.pagination import Connection
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import PATIENT, PUBLIC
from schema.common.principals import person_id
from schema.common.problems import InvalidInput, Problem, outcome
from schema.patient.access_log import AccessLogEntry, access_log_connection, access_log_key
from schema.patient.appointments import Appointment, appointment_connection, appointments_key
from schema.patient.context import PatientInfo
from schema.patient.records import MedicalRecord, record_connection, records_key
from schema.patient.shares import Share, shares_of


def _own_id(patient: "Patient") -> PatientId:
    return PatientId(patient.id)


@strawberry.type(directives=[PATIENT, PATIENT_DATA])
class Patient(Node):
    """The signed-in patient."""

    name: str | None = loaded(PatientByIdLoader, key=_own_id, into=attrgetter("name"))
    email: str | None = loaded(PatientByIdLoader, key=_own_id, into=attrgetter("email"))
    cpf: str | None = loaded(PatientByIdLoader, key=_own_id, into=attrgetter("cpf"))
    phone: str | None = loaded(PatientByIdLoader, key=_own_id, into=attrgetter("phone"))
    birth_date: date | None = loaded(PatientByIdLoader, key=_own_id, into=attrgetter("birth_date"))
    time_zone: str | None = loaded(PatientByIdLoader, key=_own_id, into=attrgetter("time_zone"))
    appointments: Connection[Appointment] | None = loaded(
        AppointmentsByPatientLoader, key=appointments_key, within=appointment_connection, directives=[PAGE]
    )
    records: Connection[MedicalRecord] | None = loaded(
        RecordsByPatientLoader, key=records_key, within=record_connection, directives=[PAGE]
    )
    shares: list[Share] | None = loaded(SharesByPatientLoader, key=_own_id, into=shares_of, directives=[list_size(20)])

    access_log: Connection[AccessLogEntry] | None = loaded(
        AuditByPatientLoader, key=access_log_key, within=access_log_connection, directives=[PAGE]
    )

    @property
    def patient_id(self) -> PatientId:
        """Whose data it is."""
        return PatientId(self.id)

    @classmethod
    def of(cls, model: models.Patient) -> Self:
        """Project the model: the profile's fields load it again, from the request's cache."""
        return cls(id=strawberry.ID(model.id))

    @classmethod
    def asking(cls, info: PatientInfo) -> Self:
        """Return the patient whose token came with the request."""
        return cls(id=strawberry.ID(person_id(info.context.principal)))


@strawberry.input
class ConsentInput:
    """A consent text that the patient accepts, and its version."""

    kind: str
    version: str


@strawberry.input
class RegisterPatientInput:
    """A new patient; the CPF and the phone in any usual form."""

    name: str
    cpf: str
    email: str
    phone: str
    birth_date: date
    password: str
    time_zone: str
    consents: list[ConsentInput]

    def model(self) -> models.NewPatient:
        """Return what the records service is told: everything but the password."""
        return models.NewPatient(
            name=self.name,
            cpf=self.cpf,
            email=self.email,
            phone=self.phone,
            birth_date=self.birth_date,
            time_zone=self.time_zone,
            consents=tuple(models.Consent(kind=each.kind, version=each.version) for each in self.consents),
        )


@strawberry.type(directives=[PUBLIC, PATIENT_DATA])
class RegistrationPending:
    """A code is on its way to the e-mail address: confirmRegistration takes it."""

    patient_id: strawberry.ID


@strawberry.type
class AlreadyRegistered(Problem):
    """The CPF or the e-mail belongs to a confirmed patient."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.ALREADY_REGISTERED


@strawberry.type
class WeakPassword(Problem):
    """The password does not meet the pool's policy."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.WEAK_PASSWORD


@strawberry.input
class ConfirmRegistrationInput:
    """The login that was registered, and the code that was mailed."""

    login: str
    code: str


@strawberry.type(directives=[PUBLIC, PATIENT_DATA])
class RegistrationConfirmed:
    """The patient can sign in."""

    patient_id: strawberry.ID


@strawberry.type
class CodeMismatch(Problem):
    """The code is wrong or has expired, or the login is unknown: there is no telling."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.CODE_MISMATCH


RegisterProblem = AlreadyRegistered | InvalidInput | WeakPassword
RegisterPatientResult = Annotated[RegistrationPending | RegisterProblem, strawberry.union("RegisterPatientResult")]

ConfirmRegistrationResult = Annotated[
    RegistrationConfirmed | CodeMismatch, strawberry.union("ConfirmRegistrationResult")
]

_REGISTER_PROBLEMS: Final[Mapping[str, type[RegisterProblem]]] = {
    "ALREADY_REGISTERED": AlreadyRegistered,
    "INVALID_CPF": InvalidInput,
    "INVALID_BIRTH_DATE": InvalidInput,
    "INVALID_EMAIL": InvalidInput,
    "INVALID_NAME": InvalidInput,
    "INVALID_PHONE": InvalidInput,
    "INVALID_REQUEST": InvalidInput,
    "INVALID_TIME_ZONE": InvalidInput,
}
_SIGN_UP_PROBLEMS: Final[Mapping[str, type[RegisterProblem]]] = {
    "InvalidPasswordException": WeakPassword,
    "InvalidParameterException": InvalidInput,
}
_CONFIRM_PROBLEMS: Final[Mapping[str, type[CodeMismatch]]] = {
    "CodeMismatchException": CodeMismatch,
    "ExpiredCodeException": CodeMismatch,
    "InvalidParameterException": CodeMismatch,
    "UserNotFoundException": CodeMismatch,
}


async def register_patient(info: PatientInfo, input: RegisterPatientInput) -> RegisterPatientResult:
    """Register; a registration that nobody confirmed is replaced. The password goes to Cognito alone."""
    call = info.context.records.register_patient(input.model())
    patient = await outcome(call, lambda registered: registered, _REGISTER_PROBLEMS)
    if isinstance(patient, Problem):
        return patient
    sign_up = info.context.cognito.sign_up(patient.id, input.password, input.email)
    return await outcome(
        sign_up, lambda _: RegistrationPending(patient_id=strawberry.ID(patient.id)), _SIGN_UP_PROBLEMS
    )


async def confirm_registration(info: PatientInfo, input: ConfirmRegistrationInput) -> ConfirmRegistrationResult:
    """Confirm the e-mail address with the mailed code."""
    patient_id = PatientId(await info.context.sign_in.username_or_nobody(input.login))
    newly = await outcome(info.context.cognito.confirm_sign_up(patient_id, input.code), bool, _CONFIRM_PROBLEMS)
    if isinstance(newly, CodeMismatch):
        return newly
    # Also for one who was confirmed before: records may have been away at that moment.
    await info.context.records.confirm_patient(patient_id)
    return RegistrationConfirmed(patient_id=strawberry.ID(patient_id)) if newly else CodeMismatch()
