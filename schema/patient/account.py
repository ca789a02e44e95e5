"""A patient's account: registering, signing in, and who one is."""

from collections.abc import Mapping
from datetime import date
from operator import attrgetter
from typing import Annotated, ClassVar, Final, Self

import strawberry

from clients.errors import UpstreamNotFound
from clients.ids import PatientId
from clients.records import models
from clients.records.client import RecordsClient
from clients.records.loaders import (
    AuditByPatientLoader,
    PatientByIdLoader,
    RecordsByPatientLoader,
    SharesByPatientLoader,
)
from clients.scheduling.loaders import AppointmentsByPatientLoader
from schema.common.accounts import CodeMismatch, WeakPassword
from schema.common.costs import PAGE, list_size
from schema.common.loaded import loaded
from schema.common.messages import ProblemCode
from schema.common.nodes import Node
from schema.common.pagination import Connection
from schema.common.passwords import is_weak
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import PATIENT, PUBLIC
from schema.common.principals import person_id
from schema.common.problems import InvalidInput, Problem, outcome
from schema.common.recovery import CODE_PROBLEMS
from schema.patient.access_log import AccessLogEntry, access_log_connection, access_log_key
from schema.patient.appointments import Appointment, appointment_connection, appointments_key
from schema.patient.context import PatientContext, PatientInfo
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


@strawberry.input
class ConfirmRegistrationInput:
    """The login that was registered, and the code that was mailed.

    With the `patientId` of `registerPatient`, no later registration of the same login is confirmed in its place.
    """

    login: str
    code: str
    patient_id: strawberry.ID | None = None


@strawberry.type(directives=[PUBLIC, PATIENT_DATA])
class RegistrationConfirmed:
    """The patient can sign in."""

    patient_id: strawberry.ID


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


async def register_patient(info: PatientInfo, input: RegisterPatientInput) -> RegisterPatientResult:
    """Register; a registration that nobody confirmed is replaced. The password goes to Cognito alone."""
    if is_weak(input.password):
        return WeakPassword()
    call = info.context.records.register_patient(input.model())
    patient = await outcome(call, lambda registered: registered, _REGISTER_PROBLEMS)
    return patient if isinstance(patient, Problem) else await _signed_up(info.context, patient.id, input)


async def _signed_up(
    context: PatientContext, patient_id: PatientId, input: RegisterPatientInput
) -> RegistrationPending | RegisterProblem:
    call = context.accounts.cognito.sign_up(patient_id, input.password, input.email)
    pending = RegistrationPending(patient_id=strawberry.ID(patient_id))
    return await outcome(call, lambda _: pending, _SIGN_UP_PROBLEMS)


async def confirm_registration(info: PatientInfo, input: ConfirmRegistrationInput) -> ConfirmRegistrationResult:
    """Confirm the e-mail address with the mailed code; of several registrations of a login, the latest."""
    accounts = info.context.accounts
    username = await accounts.username_or_stranger(input.login)
    meant = username if input.patient_id in {None, username} else accounts.stranger(input.login)
    newly = await outcome(accounts.cognito.confirm_sign_up(meant, input.code), bool, CODE_PROBLEMS)
    # Also of one who was confirmed before: records may have been away at that moment.
    confirmed = accounts.stranger(input.login) if isinstance(newly, CodeMismatch) else meant
    known = await _told(info.context.records, PatientId(confirmed))
    return RegistrationConfirmed(patient_id=strawberry.ID(meant)) if newly is True and known else CodeMismatch()


async def _told(records: RecordsClient, patient_id: PatientId) -> bool:
    """Tell records of a confirmation; False for who is not registered (any more).

    It is asked in vain for whom Cognito did not confirm: how often records is called does not tell who has an account.
    """
    try:
        await records.confirm_patient(patient_id)
    except UpstreamNotFound:
        return False
    return True
