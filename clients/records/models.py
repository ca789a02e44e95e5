"""What the records service says, as frozen models. Times are aware UTC; sizes are bytes."""

from datetime import date
from enum import Enum

from clients.ids import AppointmentId, DoctorId, NoteId, PatientId, RecordId, ShareId
from clients.pages import Page
from clients.wire import Instant, Wire


class Consent(Wire, frozen=True):
    """A consent that was given: which text, and which version of it."""

    kind: str
    version: str


class PatientStatus(Enum):
    """Whether the patient has confirmed the e-mail address."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"


class NewPatient(Wire, frozen=True):
    """A registration; the password goes to Cognito alone."""

    name: str
    cpf: str
    email: str
    phone: str
    birth_date: date
    time_zone: str
    consents: tuple[Consent, ...]


class RegisteredPatient(Wire, frozen=True):
    """The id of a new patient, who is PENDING."""

    id: PatientId


class Patient(Wire, frozen=True):
    """A patient as the caller may see one: for a doctor cpf, email and phone are None."""

    id: PatientId
    name: str
    cpf: str | None
    email: str | None
    phone: str | None
    birth_date: date
    time_zone: str
    status: PatientStatus
    registered_at: Instant


class Login(Wire, frozen=True):
    """What a person types to say who they are: personal data, so it travels in a body."""

    login: str


class Username(Wire, frozen=True):
    """The opaque Cognito username behind a login."""

    username: str


class RecordCategory(Enum):
    """The kinds of medical record."""

    EXAM = "EXAM"
    REPORT = "REPORT"
    PRESCRIPTION = "PRESCRIPTION"
    CERTIFICATE = "CERTIFICATE"
    VACCINATION = "VACCINATION"


class RecordStatus(Enum):
    """Whether the file has arrived."""

    PENDING = "PENDING"
    READY = "READY"


class Author(Wire, frozen=True):
    """Who added a record: a person's id in a pool."""

    id: str
    pool: str


class OpenTo(Wire, frozen=True):
    """The doctor who may read a record, and until when."""

    doctor_id: DoctorId
    until: Instant


class MedicalRecord(Wire, frozen=True):
    """A file's description; its bytes are reached by a download URL. `open_to` is there where a doctor asked."""

    id: RecordId
    patient_id: PatientId
    title: str
    category: RecordCategory
    content_type: str
    size_bytes: int
    sha256: str
    created_at: Instant
    status: RecordStatus
    author: Author
    open_to: OpenTo | None = None


class RecordsOfPatient(Page[MedicalRecord], frozen=True):
    """One page of a patient's records, newest first."""

    patient_id: PatientId


class NewRecord(Wire, frozen=True):
    """A file to come; `sha256` in hex."""

    title: str
    category: RecordCategory
    content_type: str
    size_bytes: int
    sha256: str
    idempotency_key: str


class Header(Wire, frozen=True):
    """An HTTP header that the upload must send."""

    name: str
    value: str


class RecordUpload(Wire, frozen=True):
    """Where to PUT the bytes, within 15 minutes."""

    record: MedicalRecord
    upload_url: str
    upload_headers: tuple[Header, ...]


class DownloadUrl(Wire, frozen=True):
    """Where to GET the bytes, for a few minutes."""

    id: RecordId
    url: str
    expires_at: Instant


class NewShares(Wire, frozen=True):
    """Records that a doctor may read until a time."""

    record_ids: tuple[RecordId, ...]
    doctor_id: DoctorId
    expires_at: Instant


class Share(Wire, frozen=True):
    """One record that one doctor may read until `expires_at`."""

    id: ShareId
    record_id: RecordId
    doctor_id: DoctorId
    patient_id: PatientId
    created_at: Instant
    expires_at: Instant


class NewNote(Wire, frozen=True):
    """What a doctor writes about an appointment."""

    appointment_id: AppointmentId
    text: str
    idempotency_key: str


class Note(Wire, frozen=True):
    """A doctor's note: clinical text, for its author."""

    id: NoteId
    appointment_id: AppointmentId
    patient_id: PatientId
    doctor_id: DoctorId
    text: str
    created_at: Instant


class Figures(Wire, frozen=True):
    """Patients who became active in a period."""

    new_patients: int
