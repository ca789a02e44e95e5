"""A doctor's days: each date of a span with its bounds in the doctor's zone and what happens on it."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.scheduling.models import Appointment, AppointmentStatus
from services.scheduling.rules.hours import DAY_MINUTES, Interval, instant

ON_THE_AGENDA: Final = frozenset(
    {
        AppointmentStatus.REQUESTED,
        AppointmentStatus.CONFIRMED,
        AppointmentStatus.COMPLETED,
        AppointmentStatus.NO_SHOW,
    }
)


def bounds(day: date, zone: ZoneInfo) -> Interval:
    """Return when a local date begins and ends."""
    return Interval(instant(day, 0, zone), instant(day, DAY_MINUTES, zone))


def dates(first: date, last: date) -> Sequence[date]:
    """Return every date from `first` to `last`, both included."""
    return [first + timedelta(days=offset) for offset in range((last - first).days + 1)]


def starting_in(appointments: Sequence[Appointment], starts_at: datetime, ends_at: datetime) -> Sequence[Appointment]:
    """Return those that start in [starts_at, ends_at), the earliest first."""
    inside = (each for each in appointments if starts_at <= each.starts_at < ends_at)
    return sorted(inside, key=lambda each: each.starts_at)
