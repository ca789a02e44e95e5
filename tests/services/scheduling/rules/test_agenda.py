from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from services.scheduling.rules.agenda import bounds, dates, starting_in
from tests.services.scheduling.world import FIRST, SECOND, appointment

SAO_PAULO, LISBON = ZoneInfo("America/Sao_Paulo"), ZoneInfo("Europe/Lisbon")


@pytest.mark.parametrize(
    ("day", "zone", "start", "hours"),
    [
        (date(2026, 11, 24), SAO_PAULO, "2026-11-24T03:00", 24),
        (date(2018, 11, 4), SAO_PAULO, "2018-11-04T03:00", 23),
        (date(2018, 2, 17), SAO_PAULO, "2018-02-17T02:00", 25),
        (date(2027, 3, 28), LISBON, "2027-03-28T00:00", 23),
    ],
)
def test_a_day_is_as_long_as_the_clocks_make_it(day: date, zone: ZoneInfo, start: str, hours: int) -> None:
    starts_at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert bounds(day, zone) == (starts_at, starts_at + timedelta(hours=hours))


def test_days_follow_each_other_over_a_year_with_summer_time() -> None:
    days = [bounds(day, SAO_PAULO) for day in dates(date(2018, 1, 1), date(2018, 12, 31))]
    assert len(days) == 365
    assert all(one.ends_at == other.starts_at for one, other in pairwise(days))


def test_a_day_has_what_starts_on_it() -> None:
    one, other = appointment(FIRST), appointment(SECOND, id="apt_2")
    assert starting_in([other, one], FIRST, SECOND) == [one]
    assert starting_in([other, one], FIRST, SECOND + timedelta(seconds=1)) == [one, other]
