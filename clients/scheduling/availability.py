"""When a doctor can be booked."""

from datetime import date

from clients.ids import DoctorId
from clients.wire import Wire


class WeeklyRule(Wire, frozen=True):
    """Hours of one weekday (0 is Monday) in the doctor's zone, as `HH:MM`."""

    weekday: int
    starts_at: str
    ends_at: str


class AvailabilityException(Wire, frozen=True):
    """One date that differs: absent (`available` false), or open at other hours."""

    date: date
    starts_at: str | None
    ends_at: str | None
    available: bool


class AvailabilityInput(Wire, frozen=True):
    """What a doctor sets."""

    time_zone: str
    slot_minutes: int
    rules: tuple[WeeklyRule, ...]
    exceptions: tuple[AvailabilityException, ...]


class Availability(Wire, frozen=True):
    """When a doctor can be booked."""

    doctor_id: DoctorId
    time_zone: str
    slot_minutes: int
    rules: tuple[WeeklyRule, ...]
    exceptions: tuple[AvailabilityException, ...]
    version: int
