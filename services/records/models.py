"""What the records service takes and answers: frozen JSON objects. Times are aware UTC; sizes are bytes."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field, StringConstraints

from services.common.wire import MAX_IDS, Wire
from services.records.rules.text import visible

MAX_ID_CHARS = 64

Id = Annotated[str, Field(min_length=1, max_length=MAX_ID_CHARS)]
IdempotencyKey = Annotated[str, Field(min_length=1, max_length=200)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F]{64}$", to_lower=True)]
Title = Annotated[str, Field(max_length=200), AfterValidator(visible)]


class Kept(Wire):
    """What a table keeps as an item's `body`: where one does not parse, the failure does not quote it."""

    model_config = ConfigDict(hide_input_in_errors=True)


class PatientStatus(StrEnum):
    """Whether the patient has confirmed the e-mail address."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"


class Category(StrEnum):
    """The kinds of medical record."""

    EXAM = "EXAM"
    REPORT = "REPORT"
    PRESCRIPTION = "PRESCRIPTION"
    CERTIFICATE = "CERTIFICATE"
    VACCINATION = "VACCINATION"


class RecordStatus(StrEnum):
    """Whether the file has arrived."""

    PENDING = "PENDING"
    READY = "READY"


class Consent(Wire):
    """Which text a person agreed to, and which version of it."""

    kind: str = Field(min_length=1, max_length=60)
    version: str = Field(min_length=1, max_length=30)


class NewPatient(Wire):
    """A registration as it is typed: CPF and phone in any punctuation, the e-mail in any case."""

    name: str = Field(max_length=120)
    cpf: str = Field(max_length=40)
    email: str = Field(max_length=254)
    phone: str = Field(max_length=40)
    birth_date: date
    time_zone: str = Field(max_length=60)
    consents: tuple[Consent, ...] = Field(max_length=20)


class RegisteredPatient(Wire):
    """The id of a patient who has registered and is PENDING."""

    id: str


class Profile(Kept):
    """Everything that is kept of a patient. `cpf` is 11 digits, `phone` E.164, `email` lower case."""

    id: str
    name: str
    cpf: str
    email: str
    phone: str
    birth_date: date
    time_zone: str
    status: PatientStatus
    registered_at: datetime
    consents: tuple[Consent, ...]
    version: int


class Patient(Wire):
    """A patient as a caller may see one: for a doctor `cpf`, `email` and `phone` are null."""

    id: str
    name: str
    cpf: str | None
    email: str | None
    phone: str | None
    birth_date: date
    time_zone: str
    status: PatientStatus
    registered_at: datetime

    @classmethod
    def of(cls, profile: Profile) -> Self:
        """Show everything: for the patient, the ERP and services."""
        return cls(
            id=profile.id,
            name=profile.name,
            cpf=profile.cpf,
            email=profile.email,
            phone=profile.phone,
            birth_date=profile.birth_date,
            time_zone=profile.time_zone,
            status=profile.status,
            registered_at=profile.registered_at,
        )

    @classmethod
    def for_doctor(cls, profile: Profile) -> Self:
        """Show what care needs, and nothing to reach or identify the person by."""
        return cls.of(profile).model_copy(update={"cpf": None, "email": None, "phone": None})


class PatientPage(Wire):
    """Patients by name."""

    items: tuple[Patient, ...]
    next: str | None


class Login(Wire):
    """What a person types to say who they are: personal data, so it travels in a body."""

    login: str = Field(max_length=254)


class Username(Wire):
    """The opaque Cognito username behind a login."""

    username: str


class Author(Wire):
    """Who added a record: a person's id in a pool."""

    id: str
    pool: Literal["patient", "doctor"]


class NewRecord(Wire):
    """A file to come; `sha256` in hex."""

    title: Title
    category: Category
    content_type: str = Field(max_length=100)
    size_bytes: int = Field(ge=1)
    sha256: Sha256
    idempotency_key: IdempotencyKey


class MedicalRecord(Wire):
    """A file's description; its bytes are reached by a download URL."""

    id: str
    patient_id: str
    title: str
    category: Category
    content_type: str
    size_bytes: int
    sha256: str
    created_at: datetime
    status: RecordStatus
    author: Author


class OpenTo(Wire):
    """The doctor to whom a record is open, and until when."""

    doctor_id: str
    until: datetime


class ReadableRecord(MedicalRecord):
    """A record as a reader gets it: one who reads as a doctor is told until when, and for whom that holds."""

    open_to: OpenTo | None


class Filed(Kept):
    """A record as it is kept."""

    record: MedicalRecord
    version: int


class Header(Wire):
    """An HTTP header that the upload must send as it is."""

    name: str
    value: str


class RecordUpload(Wire):
    """Where to PUT exactly the announced bytes, within 15 minutes."""

    record: MedicalRecord
    upload_url: str
    upload_headers: tuple[Header, ...]


class RecordsOfPatient(Wire):
    """One page of a patient's records, newest first."""

    patient_id: str
    items: tuple[ReadableRecord, ...]
    next: str | None


class DownloadUrl(Wire):
    """Where to GET a record's bytes until `expires_at`."""

    id: str
    url: str
    expires_at: datetime


class NewShares(Wire):
    """Own records that a doctor may read until a time."""

    record_ids: tuple[Id, ...] = Field(min_length=1, max_length=MAX_IDS)
    doctor_id: Id
    expires_at: AwareDatetime


class Share(Wire):
    """One record that one doctor may read from `created_at` until `expires_at`."""

    id: str
    record_id: str
    doctor_id: str
    patient_id: str
    created_at: datetime
    expires_at: datetime


class Grant(Kept):
    """A share as it is kept: once revoked it stays, so that its history and its version do."""

    share: Share
    record_created_at: datetime
    revoked_at: datetime | None
    version: int


class NewNote(Wire):
    """What a doctor writes about an appointment."""

    appointment_id: Id
    text: str = Field(min_length=1, max_length=20_000, pattern=r"\S")
    idempotency_key: IdempotencyKey


class Note(Kept):
    """A doctor's note: clinical text, for its author alone."""

    id: str
    appointment_id: str
    patient_id: str
    doctor_id: str
    text: str
    created_at: datetime


class Figures(Wire):
    """Patients, now ACTIVE, who registered in a period."""

    new_patients: int
