from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from clients.google.models import Period
from clients.google.periods import LONGEST, spans

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def period(first_day: int, days: int) -> Period:
    return Period(NOON + timedelta(days=first_day), NOON + timedelta(days=first_day + days))


PERIODS = st.builds(period, st.integers(0, 400), st.integers(1, 60))


def test_the_days_of_a_month_are_one_span() -> None:
    assert set(spans(period(day, 1) for day in range(31)).values()) == {period(0, 31)}


def test_no_periods_have_no_span() -> None:
    assert spans([]) == {}


def test_far_periods_are_not_put_together() -> None:
    near, far = period(0, 1), period(365, 1)
    assert spans([near, far]) == {near: near, far: far}


@given(st.lists(PERIODS, max_size=20))
def test_each_period_lies_within_a_span_that_google_takes(periods: list[Period]) -> None:
    found = spans(periods)
    assert found.keys() == set(periods)
    for each, span in found.items():
        assert span.starts_at <= each.starts_at < each.ends_at <= span.ends_at
        assert span.ends_at - span.starts_at <= LONGEST
