"""What the scheduling service says, as frozen models. Times are aware UTC; money is integer cents."""

from datetime import date
from enum import Enum

from clients.ids import AppointmentId, DoctorId, PatientId
from clients.pages import Page
from clients.wire import Instant, Wire


class Specialty(Wire, frozen=True):
    """A specialty of medicine: `code` is stable, `name` is for people (pt-BR)."""

    code: str
    name: str


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


class Rating(Wire, frozen=True):
    """Average of 1 to 5, None while nobody has rated."""

    average: float | None
    count: int


class DoctorStatus(Enum):
    """Whether a doctor may be found and booked."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"


class DoctorProfile(Wire, frozen=True):
    """A doctor as the directory is told of one by the ERP's registration at `version`."""

    name: str
    crm: Crm
    specialties: tuple[str, ...]
    bio: str
    clinic: Clinic
    time_zone: str
    price_cents: int
    currency: str
    calendar_id: str
    status: DoctorStatus
    version: int


class Doctor(Wire, frozen=True):
    """A doctor as the directory shows one."""

    id: DoctorId
    name: str
    crm: Crm
    specialties: tuple[str, ...]
    bio: str
    clinic: Clinic
    time_zone: str
    price_cents: int
    currency: str
    rating: Rating
    calendar_id: str
    status: DoctorStatus


class FoundDoctor(Wire, frozen=True):
    """A search hit; `distance_km` where the search said from where."""

    doctor: Doctor
    distance_km: float | None


class DoctorOrder(Enum):
    """How a search is ordered; DISTANCE needs a place."""

    NAME = "NAME"
    DISTANCE = "DISTANCE"
    RATING = "RATING"
    PRICE = "PRICE"


class DoctorSearch(Wire, frozen=True):
    """The filters of a search; None does not filter."""

    specialty: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    max_distance_km: float | None = None
    min_rating: float | None = None
    max_price_cents: int | None = None
    name: str | None = None
    available_on: date | None = None
    order_by: DoctorOrder = DoctorOrder.NAME


class Slot(Wire, frozen=True):
    """A free interval that can be booked."""

    starts_at: Instant
    ends_at: Instant


class SlotsOfDoctor(Wire, frozen=True):
    """Free slots of one doctor, ascending."""

    doctor_id: DoctorId
    slots: tuple[Slot, ...]


class NextSlotOfDoctor(Wire, frozen=True):
    """The first free slot within 30 days."""

    doctor_id: DoctorId
    slot: Slot | None


class AppointmentStatus(Enum):
    """The life of an appointment."""

    REQUESTED = "REQUESTED"
    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    COMPLETED = "COMPLETED"
    NO_SHOW = "NO_SHOW"


class MeetingStatus(Enum):
    """Whether the online meeting can be entered."""

    PENDING = "PENDING"
    READY = "READY"
    FAILED = "FAILED"


class Meeting(Wire, frozen=True):
    """The Google Meet of an appointment; `url` once it is READY."""

    status: MeetingStatus
    url: str | None
    event_id: str | None


class Party(Enum):
    """Who cancelled."""

    PATIENT = "PATIENT"
    DOCTOR = "DOCTOR"
    ERP = "ERP"


class Cancellation(Wire, frozen=True):
    """Why an appointment will not take place."""

    by: Party
    justification: str
    at: Instant


class HistoryEntry(Wire, frozen=True):
    """One transition: `by` is the actor's id in `pool`."""

    status: AppointmentStatus
    at: Instant
    by: str
    pool: str


class Appointment(Wire, frozen=True):
    """A consultation of a patient with a doctor."""

    id: AppointmentId
    patient_id: PatientId
    doctor_id: DoctorId
    status: AppointmentStatus
    starts_at: Instant
    ends_at: Instant
    time_zone: str
    price_cents: int
    currency: str
    reason: str
    created_at: Instant
    version: int
    cancellation: Cancellation | None
    decline_reason: str | None
    meeting: Meeting | None
    history: tuple[HistoryEntry, ...]


class AppointmentsOfPatient(Page[Appointment], frozen=True):
    """One page of a patient's appointments, newest first."""

    patient_id: PatientId


class AppointmentsOfDoctor(Page[Appointment], frozen=True):
    """One page of a doctor's appointments, earliest first."""

    doctor_id: DoctorId


class AgendaDay(Wire, frozen=True):
    """One date of an agenda: [starts_at, ends_at) in the doctor's zone, its appointments earliest first."""

    date: date
    starts_at: Instant
    ends_at: Instant
    appointments: tuple[Appointment, ...]


class Agenda(Wire, frozen=True):
    """A doctor's days; declined, cancelled and expired appointments are left out."""

    doctor_id: DoctorId
    calendar_id: str
    time_zone: str
    starts_at: Instant
    ends_at: Instant
    days: tuple[AgendaDay, ...]


class PendingCount(Wire, frozen=True):
    """How many requests wait for this doctor's answer."""

    doctor_id: DoctorId
    count: int


class BookingRequest(Wire, frozen=True):
    """What a patient asks for."""

    doctor_id: DoctorId
    starts_at: Instant
    reason: str
    telemedicine_consent: bool
    idempotency_key: str


class Justification(Wire, frozen=True):
    """Why a patient or doctor cancels."""

    justification: str


class Reason(Wire, frozen=True):
    """Why a doctor declines."""

    reason: str
