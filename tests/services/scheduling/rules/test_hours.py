"""Working hours as instants: a table of zones and clock changes, and what must hold for any hours."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.models import Availability, DateException, WeeklyRule
from services.scheduling.rules.hours import Interval, covers, hours_on, instant, windows
from tests.services.scheduling.world import availability

SAO_PAULO, LISBON = "America/Sao_Paulo", "Europe/Lisbon"


def working(time_zone: str, *spans: tuple[str, str], exceptions: tuple[DateException, ...] = ()) -> Availability:
    """Return working hours that are the same on each day of the week."""
    rules = tuple(
        WeeklyRule(weekday=weekday, starts_at=start, ends_at=end) for weekday in range(7) for start, end in spans
    )
    return availability(time_zone=time_zone, rules=rules, exceptions=exceptions)


def in_utc(hours: Availability, day: str, days: int = 1) -> list[str]:
    """Return windows the way the table writes them: `24 11:00-15:00`, or `24 23:00-25 01:00` over midnight."""

    def written(window: Interval) -> str:
        same_day = window.starts_at.date() == window.ends_at.date()
        return f"{window.starts_at:%d %H:%M}-{window.ends_at:{'%H:%M' if same_day else '%d %H:%M'}}"

    return [written(window) for window in windows(hours, date.fromisoformat(day), days)]


@pytest.mark.parametrize(
    ("zone", "span", "day", "expected"),
    [
        (SAO_PAULO, ("08:00", "12:00"), "2026-11-24", ["24 11:00-15:00"]),
        ("America/Noronha", ("08:00", "12:00"), "2026-11-24", ["24 10:00-14:00"]),
        ("America/Manaus", ("08:00", "12:00"), "2026-11-24", ["24 12:00-16:00"]),
        ("America/Rio_Branco", ("08:00", "12:00"), "2026-11-24", ["24 13:00-17:00"]),
        ("Asia/Kolkata", ("08:00", "12:00"), "2026-11-24", ["24 02:30-06:30"]),
        ("Pacific/Kiritimati", ("08:00", "12:00"), "2026-11-24", ["23 18:00-22:00"]),
        (SAO_PAULO, ("20:00", "22:00"), "2026-11-24", ["24 23:00-25 01:00"]),
        (SAO_PAULO, ("22:00", "24:00"), "2026-12-31", ["01 01:00-03:00"]),
        (SAO_PAULO, ("08:00", "12:00"), "2028-02-29", ["29 11:00-15:00"]),
        # São Paulo, 4 November 2018: clocks went from 00:00 to 01:00.
        (SAO_PAULO, ("00:00", "02:00"), "2018-11-04", ["04 03:00-04:00"]),
        (SAO_PAULO, ("00:00", "00:30"), "2018-11-04", []),
        (SAO_PAULO, ("00:30", "02:00"), "2018-11-04", ["04 03:00-04:00"]),
        (SAO_PAULO, ("08:00", "12:00"), "2018-11-04", ["04 10:00-14:00"]),
        (SAO_PAULO, ("22:00", "24:00"), "2018-11-03", ["04 01:00-03:00"]),
        # São Paulo, 18 February 2018: at 00:00 clocks went back to 23:00 of the 17th, which therefore came twice.
        (SAO_PAULO, ("22:00", "24:00"), "2018-02-17", ["18 00:00-03:00"]),
        (SAO_PAULO, ("22:00", "23:30"), "2018-02-17", ["18 00:00-01:30"]),
        (SAO_PAULO, ("23:30", "24:00"), "2018-02-17", ["18 01:30-03:00"]),
        (SAO_PAULO, ("00:00", "02:00"), "2018-02-18", ["18 03:00-05:00"]),
        # Lisbon, 28 March 2027: clocks go from 01:00 to 02:00; 31 October 2027: from 02:00 back to 01:00.
        (LISBON, ("00:00", "04:00"), "2027-03-28", ["28 00:00-03:00"]),
        (LISBON, ("01:00", "02:00"), "2027-03-28", []),
        (LISBON, ("00:00", "04:00"), "2027-10-31", ["30 23:00-31 04:00"]),
        (LISBON, ("08:00", "12:00"), "2027-10-30", ["30 07:00-11:00"]),
        (LISBON, ("08:00", "12:00"), "2027-11-01", ["01 08:00-12:00"]),
        # Lord Howe moves by half an hour: 4 October 2026, from 02:00 to 02:30.
        ("Australia/Lord_Howe", ("02:00", "03:00"), "2026-10-04", ["03 15:30-16:00"]),
    ],
)
def test_local_hours_become_these_instants(zone: str, span: tuple[str, str], day: str, expected: list[str]) -> None:
    assert in_utc(working(zone, span), day) == expected


def exception(starts_at: str | None, ends_at: str | None, *, available: bool = False) -> DateException:
    return DateException(date=date(2026, 11, 24), starts_at=starts_at, ends_at=ends_at, available=available)


@pytest.mark.parametrize(
    ("exceptions", "expected"),
    [
        ([], [(480, 720), (780, 1080)]),
        ([exception(None, None)], []),
        ([exception("09:00", "10:00")], [(480, 540), (600, 720), (780, 1080)]),
        ([exception("11:00", "14:00")], [(480, 660), (840, 1080)]),
        ([exception("08:00", "12:00")], [(780, 1080)]),
        ([exception("06:00", "07:00")], [(480, 720), (780, 1080)]),
        ([exception("09:00", "10:00"), exception("09:30", "11:00")], [(480, 540), (660, 720), (780, 1080)]),
        ([exception("20:00", "22:00", available=True)], [(1200, 1320)]),
        (
            [exception("20:00", "22:00", available=True), exception("07:00", "08:00", available=True)],
            [(420, 480), (1200, 1320)],
        ),
        ([exception("08:00", "12:00", available=True), exception("10:00", "10:30")], [(480, 600), (630, 720)]),
        ([exception("20:00", "22:00", available=True), exception(None, None)], []),
    ],
    ids=[
        "none",
        "day off",
        "a gap",
        "over lunch",
        "morning off",
        "outside",
        "two that overlap",
        "other hours",
        "two other hours",
        "other hours with a gap",
        "off wins",
    ],
)
def test_exceptions_change_their_date(exceptions: list[DateException], expected: list[tuple[int, int]]) -> None:
    hours = working(SAO_PAULO, ("08:00", "12:00"), ("13:00", "18:00"), exceptions=tuple(exceptions))
    assert list(hours_on(hours, date(2026, 11, 24))) == expected
    assert list(hours_on(hours, date(2026, 11, 25))) == [(480, 720), (780, 1080)]


ZONES = st.sampled_from([SAO_PAULO, LISBON, "America/Noronha", "Australia/Lord_Howe", "Africa/Cairo", "Asia/Gaza"])
DAYS = st.dates(date(1990, 1, 1), date(2036, 12, 31))


@given(ZONES, DAYS, st.lists(st.integers(0, 288).map(lambda cell: cell * 5), min_size=2, unique=True))
def test_later_local_times_are_never_earlier_instants(zone: str, day: date, minutes: list[int]) -> None:
    moments = [instant(day, minute, ZoneInfo(zone)) for minute in sorted(minutes)]
    assert all(earlier <= later for earlier, later in pairwise(moments))


@given(ZONES, DAYS)
def test_days_follow_each_other_without_gap_or_overlap(zone: str, day: date) -> None:
    """Whoever works around the clock works at each instant, be clocks moved or not."""
    around_the_clock = list(windows(working(zone, ("00:00", "24:00")), day, 3))
    assert all(one.ends_at == other.starts_at for one, other in pairwise(around_the_clock))
    assert covers(
        working(zone, ("00:00", "24:00")),
        Interval(*(around_the_clock[1].starts_at + timedelta(hours=h) for h in (-2, 2))),
    )


@pytest.mark.parametrize(
    ("start", "minutes", "covered"),
    [
        ("11:00", 240, True),
        ("11:00", 245, False),
        ("10:55", 50, False),
        ("14:10", 50, True),
        ("15:00", 5, False),
        ("23:00", 60, False),
    ],
)
def test_an_interval_is_covered_only_as_a_whole(start: str, minutes: int, covered: bool) -> None:
    starts_at = datetime.fromisoformat(f"2026-11-24T{start}").replace(tzinfo=UTC)
    interval = Interval(starts_at, starts_at + timedelta(minutes=minutes))
    assert covers(working(SAO_PAULO, ("08:00", "12:00")), interval) is covered


def test_an_interval_may_be_covered_over_local_midnight() -> None:
    """So an appointment survives a change of the doctor's zone, where he works at that time all the same."""
    hours = working("America/Rio_Branco", ("22:00", "24:00"), ("00:00", "02:00"))
    starts_at = datetime(2026, 11, 25, 4, 30, tzinfo=UTC)
    assert covers(hours, Interval(starts_at, starts_at + timedelta(minutes=50)))
