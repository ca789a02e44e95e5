"""What scheduling says and keeps: the same frozen JSON objects on the wire and in the store.

Times are aware UTC on whole seconds, money is integer cents.
"""

from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Final, TypeVar

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from services.common.callers import Pool
from services.common.wire import Wire

ID_LENGTH: Final = 64
TEXT_LENGTH: Final = 2000
FIRST_YEAR: Final = 2000
LAST_YEAR: Final = 2999


D = TypeVar("D", bound=date)


def _in_range(day: D) -> D:
    """Refuse years that no calendar needs: with them, arithmetic would overflow."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        message = f"the year must be within {FIRST_YEAR} and {LAST_YEAR}"
        raise ValueError(message)
    return day


def _utc(instant: datetime) -> datetime:
    return instant.astimezone(UTC)


Instant = Annotated[AwareDatetime, AfterValidator(_in_range), AfterValidator(_utc)]
Day = Annotated[date, AfterValidator(_in_range)]
Id = Annotated[str, StringConstraints(min_length=1, max_length=ID_LENGTH)]
Text = Annotated[str, StringConstraints(max_length=TEXT_LENGTH)]
Cents = Annotated[int, Field(ge=0, le=100_000_000)]
Currency = Annotated[str, StringConstraints(pattern="^[A-Z]{3}$")]
Version = Annotated[int, Field(ge=1, le=2**53)]


class AppointmentStatus(StrEnum):
    """Where an appointment stands; `services/scheduling/rules/transitions.py` has the ways between."""

    REQUESTED = "REQUESTED"
    CONFIRMED = "CONFIRMED"
    DECLINED = "DECLINED"
    CANCELLED = "CANCELLED"
    EXPIRED = "EXPIRED"
    COMPLETED = "COMPLETED"
    NO_SHOW = "NO_SHOW"


class Party(StrEnum):
    """Who cancelled."""

    PATIENT = "PATIENT"
    DOCTOR = "DOCTOR"
    ERP = "ERP"


class MeetingStatus(StrEnum):
    """Whether the meeting's link is there yet."""

    PENDING = "PENDING"
    READY = "READY"
    FAILED = "FAILED"


class Cancellation(Wire):
    """Why and when an appointment was called off."""

    by: Party
    justification: Text
    at: Instant


class Meeting(Wire):
    """The online meeting of a confirmed appointment; `event_id` is the calendar's."""

    status: MeetingStatus
    url: Text | None
    event_id: Text | None


class HistoryEntry(Wire):
    """One step of an appointment: `by` is the id of an actor of `pool`."""

    status: AppointmentStatus
    at: Instant
    by: Id
    pool: Pool


class Appointment(Wire):
    """A consultation of a patient with a doctor, over [starts_at, ends_at)."""

    id: Id
    patient_id: Id
    doctor_id: Id
    status: AppointmentStatus
    starts_at: Instant
    ends_at: Instant
    time_zone: str
    price_cents: Cents
    currency: Currency
    reason: Text
    created_at: Instant
    version: Version
    telemedicine_consent_at: Instant
    cancellation: Cancellation | None
    decline_reason: Text | None
    meeting: Meeting | None
    history: tuple[HistoryEntry, ...]


class Booking(Wire):
    """What a patient asks for."""

    doctor_id: Id
    starts_at: Instant
    reason: Text
    telemedicine_consent: bool
    idempotency_key: Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Slot(Wire):
    """A time that a doctor offers, [starts_at, ends_at)."""

    starts_at: Instant
    ends_at: Instant


class WeeklyRule(Wire):
    """Hours of one weekday (0 is Monday) in the doctor's zone, as "HH:MM"; an end may be "24:00"."""

    weekday: int
    starts_at: str
    ends_at: str


class DateException(Wire):
    """What differs on one date.

    `available` with hours: that day has the hours of its available exceptions instead of the weekly ones. Otherwise an
    absence: of these hours, or of the whole day where both are null.
    """

    date: date
    starts_at: str | None
    ends_at: str | None
    available: bool


class WorkingHours(Wire):
    """What a doctor says about when he works; see `services/scheduling/rules/hours.py` for what is valid."""

    time_zone: str
    slot_minutes: int
    rules: Annotated[tuple[WeeklyRule, ...], Field(max_length=100)]
    exceptions: Annotated[tuple[DateException, ...], Field(max_length=366)]


class Availability(WorkingHours):
    """The working hours of a doctor as saved; each save raises `version` by one."""

    doctor_id: Id
    version: Version
