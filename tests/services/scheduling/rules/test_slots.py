from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.models import Availability, DateException, WeeklyRule
from services.scheduling.rules.cells import cells_of
from services.scheduling.rules.flaws import flaw_of
from services.scheduling.rules.hours import covers
from services.scheduling.rules.slots import HORIZON_DAYS, free_slots, offered_slots, slot_at
from tests.services.scheduling.world import NOW, TODAY, availability

MIDNIGHT = datetime(2026, 11, 24, 3, tzinfo=UTC)


def starts(hours: Availability, day: date = TODAY, days: int = 1, now: datetime = MIDNIGHT) -> list[str]:
    return [f"{slot.starts_at:%d %H:%M}" for slot in offered_slots(hours, day, days, now)]


def test_slots_follow_each_other_and_the_rest_is_left() -> None:
    assert starts(availability()) == ["24 11:00", "24 11:50", "24 12:40", "24 13:30"]


def test_a_slot_that_has_started_is_not_offered() -> None:
    assert starts(availability(), now=NOW) == ["24 12:40", "24 13:30"]
    assert starts(availability(), now=datetime(2026, 11, 24, 11, 50, tzinfo=UTC)) == ["24 12:40", "24 13:30"]


def test_slots_after_a_break_start_at_its_end() -> None:
    pause = DateException(date=TODAY, starts_at="09:00", ends_at="09:30", available=False)
    assert starts(availability(exceptions=(pause,))) == ["24 11:00", "24 12:30", "24 13:20", "24 14:10"]


def test_weekends_and_past_days_offer_nothing() -> None:
    assert starts(availability(), date(2026, 11, 28), 2) == []
    assert starts(availability(), date(2026, 11, 20), 4) == []


def test_the_horizon_ends_what_is_offered() -> None:
    last = TODAY + timedelta(days=HORIZON_DAYS - 1)
    assert starts(availability(), last, 31) == starts(availability(), last)
    assert starts(availability(), last) != []
    assert starts(availability(), date(2999, 12, 20), 31) == []


def test_a_slot_over_utc_midnight_is_one_slot() -> None:
    evening = WeeklyRule(weekday=1, starts_at="20:30", ends_at="21:20")
    assert starts(availability(rules=(evening,))) == ["24 23:30"]


@pytest.mark.parametrize(
    ("starts_at", "offered"),
    [
        (datetime(2026, 11, 25, 11, tzinfo=UTC), True),
        (datetime(2026, 11, 25, 11, 50, tzinfo=UTC), True),
        (datetime(2026, 11, 25, 11, 5, tzinfo=UTC), False),
        (datetime(2026, 11, 25, 14, 20, tzinfo=UTC), False),
        (datetime(2026, 11, 24, 11, tzinfo=UTC), False),
    ],
)
def test_only_the_start_of_a_slot_finds_it(starts_at: datetime, offered: bool) -> None:
    slot = slot_at(availability(), starts_at, NOW)
    assert (slot is not None) is offered
    assert slot is None or slot.ends_at - slot.starts_at == timedelta(minutes=50)


minutes_of_day = st.integers(0, 288).map(lambda cell: cell * 5)


def clock_time(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def any_hours(draw: st.DrawFn) -> Availability:
    """Draw valid working hours: rules that do not overlap, absences wherever they fall."""
    rules = []
    for weekday in range(7):
        edges = sorted(draw(st.sets(minutes_of_day, max_size=6)))
        rules += [
            WeeklyRule(weekday=weekday, starts_at=clock_time(start), ends_at=clock_time(end))
            for start, end in zip(edges[::2], edges[1::2], strict=False)
        ]
    absences = [
        DateException(
            date=TODAY + timedelta(days=draw(st.integers(-1, 9))),
            starts_at=clock_time(min(edges)),
            ends_at=clock_time(max(edges)),
            available=False,
        )
        for edges in draw(st.lists(st.sets(minutes_of_day, min_size=2, max_size=2), max_size=4))
    ]
    hours = availability(
        time_zone=draw(st.sampled_from(["America/Sao_Paulo", "Europe/Lisbon", "America/Noronha", "Asia/Kolkata"])),
        slot_minutes=draw(st.integers(2, 48)) * 5,
        rules=tuple(rules),
        exceptions=tuple(absences),
    )
    assert flaw_of(hours) is None
    return hours


@given(any_hours(), st.datetimes(datetime(2017, 1, 1), datetime(2028, 1, 1)).map(lambda now: now.replace(tzinfo=UTC)))  # noqa: DTZ001  hypothesis wants naive bounds
def test_offered_slots_are_working_time_on_the_grid_and_never_overlap(hours: Availability, now: datetime) -> None:
    slots = list(offered_slots(hours, now.date() - timedelta(days=1), 10, now))
    for slot in slots:
        assert slot.starts_at > now
        assert slot.ends_at - slot.starts_at == timedelta(minutes=hours.slot_minutes)
        assert slot.starts_at.timestamp() % 300 == 0
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(slots))
    for slot in slots[::50]:
        assert covers(hours, slot)
        assert slot_at(hours, slot.starts_at, now) == slot


@given(any_hours(), st.sets(st.integers(0, 10 * 288)))
def test_a_free_slot_shares_no_cell_with_a_claim(hours: Availability, offsets: set[int]) -> None:
    first = cells_of(MIDNIGHT, NOW)[0]
    claimed = {first + offset for offset in offsets}
    offered = list(offered_slots(hours, TODAY, 9, MIDNIGHT))
    free = list(free_slots(offered, claimed))
    assert free == [slot for slot in offered if claimed.isdisjoint(cells_of(*slot))]
