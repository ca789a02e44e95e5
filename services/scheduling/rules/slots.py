"""Which times a doctor offers: computed from the working hours on demand, never stored."""

from collections.abc import Container, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from services.scheduling.models import WorkingHours
from services.scheduling.rules.cells import cells_of
from services.scheduling.rules.hours import Interval, windows

HORIZON_DAYS: Final = 365


def offered_slots(hours: WorkingHours, first_day: date, days: int, now: datetime) -> Iterator[Interval]:
    """Yield the slots of `days` dates from `first_day`, in the doctor's zone, that start after `now`, ascending.

    Nothing is offered further than `HORIZON_DAYS` ahead. Slots follow each other from the start of each stretch of
    working hours; what is left at its end and is shorter than a slot is not offered.
    """
    today = now.astimezone(ZoneInfo(hours.time_zone)).date().toordinal()
    first = max(first_day.toordinal(), today)
    end = min(first_day.toordinal() + days, today + HORIZON_DAYS)
    if first >= end:
        return
    length = timedelta(minutes=hours.slot_minutes)
    for window in windows(hours, date.fromordinal(first), end - first):
        start = window.starts_at
        while start + length <= window.ends_at:
            if start > now:
                yield Interval(start, start + length)
            start += length


def slot_at(hours: WorkingHours, starts_at: datetime, now: datetime) -> Interval | None:
    """Return the offered slot that starts at an instant, if there is one."""
    day = starts_at.astimezone(ZoneInfo(hours.time_zone)).date()
    return next((slot for slot in offered_slots(hours, day, 1, now) if slot.starts_at == starts_at), None)


def free_slots(slots: Iterable[Interval], claimed: Container[int]) -> Iterator[Interval]:
    """Yield the slots none of whose cells is claimed."""
    return (slot for slot in slots if not any(cell in claimed for cell in cells_of(*slot)))
