"""What the ERP service says, as frozen models. Times are aware UTC; money is integer cents."""

from datetime import date
from enum import Enum

from clients.ids import AdminId, AppointmentId, DoctorId, InvoiceId, PatientId
from clients.wire import Instant, Wire


class Login(Wire, frozen=True):
    """What a doctor or admin types to say who they are."""

    login: str


class Username(Wire, frozen=True):
    """The opaque Cognito username behind a login."""

    username: str


class Admin(Wire, frozen=True):
    """A person of the ERP."""

    id: AdminId
    name: str
    email: str
    roles: tuple[str, ...]


class Crm(Wire, frozen=True):
    """A doctor's registration: the number counts within one state (UF)."""

    number: str
    state: str


class Clinic(Wire, frozen=True):
    """Where a doctor is: degrees, WGS 84."""

    name: str
    city: str
    state: str
    latitude: float
    longitude: float


class NewDoctor(Wire, frozen=True):
    """A doctor to register; prices in BRL cents."""

    name: str
    crm: Crm
    email: str
    specialties: tuple[str, ...]
    bio: str
    clinic: Clinic
    time_zone: str
    price_cents: int
    idempotency_key: str


class RegistrationStatus(Enum):
    """Whether a doctor works with HealthMed now."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"


class Registration(Wire, frozen=True):
    """A doctor as the ERP knows one."""

    id: DoctorId
    name: str
    crm: Crm
    email: str
    specialties: tuple[str, ...]
    bio: str
    clinic: Clinic
    time_zone: str
    price_cents: int
    currency: str
    status: RegistrationStatus
    registered_at: Instant
    version: int


class Suspension(Wire, frozen=True):
    """Why a doctor is suspended."""

    reason: str


class InvoiceStatus(Enum):
    """What became of an invoice."""

    OPEN = "OPEN"
    PAID = "PAID"
    REFUNDED = "REFUNDED"


class NewInvoice(Wire, frozen=True):
    """What a completed appointment costs."""

    patient_id: PatientId
    doctor_id: DoctorId
    amount_cents: int
    currency: str
    completed_at: Instant


class Invoice(Wire, frozen=True):
    """The invoice of one completed appointment."""

    id: InvoiceId
    appointment_id: AppointmentId
    patient_id: PatientId
    doctor_id: DoctorId
    amount_cents: int
    currency: str
    status: InvoiceStatus
    issued_at: Instant


class GrossOn(Wire, frozen=True):
    """Gross revenue of the step that starts on a date."""

    starts_on: date
    gross_cents: int


class Revenue(Wire, frozen=True):
    """Revenue of a period by date of issue; net is gross less refunds."""

    gross_cents: int
    refunds_cents: int
    net_cents: int
    currency: str
    series: tuple[GrossOn, ...]


class Figures(Wire, frozen=True):
    """The ERP's part of the dashboard."""

    revenue: Revenue
