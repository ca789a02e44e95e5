"""When a doctor works: from weekly rules and exceptions in the doctor's own zone to instants."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from services.scheduling.models import WorkingHours
from services.scheduling.rules.cells import CELL_MINUTES

ZONES: Final = frozenset(available_timezones())
DAY_MINUTES: Final = 24 * 60

Minutes = tuple[int, int]


class Interval(NamedTuple):
    """[starts_at, ends_at), aware, in UTC."""

    starts_at: datetime
    ends_at: datetime


def hours_on(hours: WorkingHours, day: date) -> Sequence[Minutes]:
    """Return the working hours of a local date as disjoint, ascending pairs of minutes of the day."""
    exceptions = [each for each in hours.exceptions if each.date == day]
    opened = [span(each.starts_at, each.ends_at) for each in exceptions if each.available]
    weekly = [span(each.starts_at, each.ends_at) for each in hours.rules if each.weekday == day.weekday()]
    working = sorted(opened or weekly)
    for absence in (each for each in exceptions if not each.available):
        working = _without(working, span(absence.starts_at, absence.ends_at))
    return working


def windows(hours: WorkingHours, first_day: date, days: int) -> Iterator[Interval]:
    """Yield the working hours of `days` local dates as instants, disjoint and ascending."""
    zone = ZoneInfo(hours.time_zone)
    for day in (first_day + timedelta(days=offset) for offset in range(days)):
        for start, end in hours_on(hours, day):
            window = Interval(instant(day, start, zone), instant(day, end, zone))
            if window.starts_at < window.ends_at:
                yield window


def instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Return when a local date reaches a minute of the day (1440 is its end).

    A time that comes twice, when clocks go back, means the first; one that never comes, when they go forward, means the
    first that does. So local times in order are instants in order, and disjoint hours stay disjoint.
    """
    local = datetime.combine(day, time()) + timedelta(minutes=minute)
    while (moment := local.replace(tzinfo=zone).astimezone(UTC)).astimezone(zone).replace(tzinfo=None) != local:
        local += timedelta(minutes=CELL_MINUTES)
    return moment


def covers(hours: WorkingHours, interval: Interval) -> bool:
    """Say whether all of an interval is working time, be it across local midnight."""
    first_day = interval.starts_at.astimezone(ZoneInfo(hours.time_zone)).date() - timedelta(days=1)
    covered_until = interval.starts_at
    for window in windows(hours, first_day, 4):
        if window.starts_at <= covered_until:
            covered_until = max(covered_until, window.ends_at)
    return covered_until >= interval.ends_at


def span(starts_at: str | None, ends_at: str | None) -> Minutes:
    """Return hours as minutes of the day; no hours are the whole day."""
    return (minute_of(starts_at) if starts_at else 0, minute_of(ends_at) if ends_at else DAY_MINUTES)


def minute_of(clock_time: str) -> int:
    """Return the minute of the day of "HH:MM"."""
    return int(clock_time[:2]) * 60 + int(clock_time[3:])


def _without(spans: Sequence[Minutes], absence: Minutes) -> list[Minutes]:
    """Cut an absence out of disjoint spans."""
    pieces = [piece for start, end in spans for piece in ((start, min(end, absence[0])), (max(start, absence[1]), end))]
    return [(start, end) for start, end in pieces if start < end]
