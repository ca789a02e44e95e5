from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.erp.models import BRL, Invoice, InvoiceStatus, TimeBucket
from services.erp.problems import InvalidPeriod
from services.erp.revenue import MAX_DAYS, ZONE, Period, revenue_of

NOVEMBER = Period.of(date(2026, 11, 1), date(2026, 11, 30))


def invoice(issued_at: datetime, cents: int, status: InvoiceStatus = InvoiceStatus.OPEN) -> Invoice:
    return Invoice(
        id="inv_1",
        appointment_id="apt_1",
        patient_id="pat_1",
        doctor_id="doc_1",
        amount_cents=cents,
        currency=BRL,
        status=status,
        issued_at=issued_at,
    )


invoices = st.lists(
    st.builds(
        invoice,
        st.integers(0, 30 * 24 * 60 - 1).map(
            lambda minutes: NOVEMBER.start.astimezone(UTC) + timedelta(minutes=minutes)
        ),
        st.integers(0, 1_000_000),
        st.sampled_from(InvoiceStatus),
    )
)


@given(invoices, st.sampled_from(TimeBucket))
def test_sums_agree_with_a_recount(issued: list[Invoice], bucket: TimeBucket) -> None:
    revenue = revenue_of(issued, NOVEMBER, bucket)
    assert revenue.gross_cents == sum(each.amount_cents for each in issued)
    assert revenue.refunds_cents == sum(each.amount_cents for each in issued if each.status == "REFUNDED")
    assert revenue.net_cents == revenue.gross_cents - revenue.refunds_cents
    assert sum(step.gross_cents for step in revenue.series) == revenue.gross_cents


def test_an_evening_in_sao_paulo_belongs_to_its_own_day() -> None:
    """22:30 on the 24th there is 01:30 on the 25th in UTC."""
    evening = invoice(datetime(2026, 11, 25, 1, 30, tzinfo=UTC), 100)
    steps = revenue_of([evening], NOVEMBER, TimeBucket.DAY).series
    assert [step.starts_on for step in steps if step.gross_cents] == [date(2026, 11, 24)]


@pytest.mark.parametrize(
    ("bucket", "starts", "last"),
    [
        (TimeBucket.DAY, 30, date(2026, 11, 30)),
        # 1 November 2026 is a Sunday, of the week that began in October.
        (TimeBucket.WEEK, 6, date(2026, 11, 30)),
        (TimeBucket.MONTH, 1, date(2026, 11, 1)),
    ],
)
def test_each_step_of_the_period_is_in_the_series(bucket: TimeBucket, starts: int, last: date) -> None:
    series = revenue_of([], NOVEMBER, bucket).series
    assert len(series) == starts
    assert series[-1].starts_on == last
    assert list(series) == sorted(series, key=lambda step: step.starts_on)


def test_a_period_is_whole_days_of_sao_paulo() -> None:
    assert NOVEMBER.start == datetime(2026, 11, 1, 3, tzinfo=UTC)
    assert NOVEMBER.end == datetime(2026, 12, 1, 3, tzinfo=UTC)


def test_days_in_summer_time_have_their_own_length() -> None:
    """Brazil had summer time until 2019: on 4 November 2018 the day began at 01:00, an hour after midnight."""
    day = Period.of(date(2018, 11, 4), date(2018, 11, 4))
    assert (day.end - day.start.astimezone(UTC)).total_seconds() == 23 * 3600
    assert day.end.tzinfo is ZONE


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 11, 2), date(2026, 11, 1)),
        (date(2024, 1, 1), date(2026, 1, 1)),
        (date(9999, 12, 31), date(9999, 12, 31)),
    ],
)
def test_a_period_has_a_beginning_and_a_bounded_end(first: date, last: date) -> None:
    with pytest.raises(InvalidPeriod):
        Period.of(first, last)


def test_the_longest_period_is_two_years() -> None:
    assert len(Period.of(date(2024, 1, 1), date(2025, 12, 31)).days) == MAX_DAYS
