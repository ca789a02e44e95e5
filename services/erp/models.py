"""What the ERP takes and gives, as JSON. Times are UTC; money is integer cents."""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from services.common.wire import Wire

Uf = Literal[
    "AC", "AL", "AM", "AP", "BA", "CE", "DF", "ES", "GO", "MA", "MG", "MS", "MT", "PA",
    "PB", "PE", "PI", "PR", "RJ", "RN", "RO", "RR", "RS", "SC", "SE", "SP", "TO",
]  # fmt: skip
Currency = Literal["BRL"]
BRL: Final = "BRL"

MAX_CENTS: Final = 100_000_000


def _utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        message = "not an instant of the calendar's years in UTC"
        raise ValueError(message) from None


Instant = Annotated[AwareDatetime, AfterValidator(_utc)]
Line = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Short = Annotated[str, StringConstraints(max_length=254)]
SpecialtyCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,60}$")]
PatientId = Annotated[str, StringConstraints(pattern=r"^pat_[0-9a-z]{1,40}$")]
DoctorId = Annotated[str, StringConstraints(pattern=r"^doc_[0-9a-z]{1,40}$")]
Cents = Annotated[int, Field(ge=0, le=MAX_CENTS, strict=True)]


class Login(Wire):
    """What a doctor or admin types to say who they are."""

    login: Short


class Username(Wire):
    """The opaque Cognito username behind a login."""

    username: str


class Admin(Wire):
    """A person of the ERP; `roles` as they were given, while the token's roles decide."""

    id: str
    name: str
    email: str
    roles: tuple[str, ...]


class CrmInput(Wire):
    """A doctor's registration as somebody typed it."""

    number: Short
    state: Short


class Crm(Wire):
    """A doctor's registration: digits, then `P` for a provisional one; the number counts within one state."""

    number: str
    state: Uf


class Clinic(Wire):
    """Where a doctor is: degrees, WGS 84."""

    name: Line
    city: Line
    state: Uf
    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)


class NewDoctor(Wire):
    """A doctor to register. The same idempotency key with the same content gives the same answer again.

    Nothing is longer than scheduling's directory takes.
    """

    name: Line
    crm: CrmInput
    email: Short
    specialties: tuple[SpecialtyCode, ...] = Field(min_length=1, max_length=10)
    bio: Text
    clinic: Clinic
    time_zone: Short
    price_cents: Cents
    idempotency_key: Line


class RegistrationStatus(StrEnum):
    """Whether a doctor works with HealthMed now."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"


class Registration(Wire):
    """A doctor as the ERP knows one; `version` counts its changes from 1."""

    id: str
    name: str
    crm: Crm
    email: str
    specialties: tuple[str, ...]
    bio: str
    clinic: Clinic
    time_zone: str
    price_cents: int
    currency: Currency
    status: RegistrationStatus
    registered_at: Instant
    version: int


class RegistrationPage(Wire):
    """Registrations by name, and the cursor of the next page."""

    items: tuple[Registration, ...]
    next: str | None


class Suspension(Wire):
    """Why a doctor is suspended; kept with the registration."""

    reason: Line


class InvoiceStatus(StrEnum):
    """What became of an invoice."""

    OPEN = "OPEN"
    PAID = "PAID"
    REFUNDED = "REFUNDED"


class NewInvoice(Wire):
    """What a completed appointment costs."""

    patient_id: PatientId
    doctor_id: DoctorId
    amount_cents: Cents
    currency: Currency
    completed_at: Instant


class Invoice(Wire):
    """The one invoice of a completed appointment; dated by the completion that it bills."""

    id: str
    appointment_id: str
    patient_id: str
    doctor_id: str
    amount_cents: int
    currency: Currency
    status: InvoiceStatus
    issued_at: Instant


class InvoicePage(Wire):
    """Invoices, newest first, and the cursor of the next page."""

    items: tuple[Invoice, ...]
    next: str | None


class TimeBucket(StrEnum):
    """The width of a series' steps."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


class GrossOn(Wire):
    """Gross revenue of the step that starts on a date."""

    starts_on: date
    gross_cents: int


class Revenue(Wire):
    """Revenue of a period by date of issue; net is gross less refunds."""

    gross_cents: int
    refunds_cents: int
    net_cents: int
    currency: Currency
    series: tuple[GrossOn, ...]


class Figures(Wire):
    """The ERP's part of the dashboard."""

    revenue: Revenue
