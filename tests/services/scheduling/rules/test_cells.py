from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.scheduling.rules.cells import by_day, cell_named, cells_of, held_by, start_of

STEP = timedelta(minutes=5)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
starts = st.integers(0, 60 * 366 * 288).map(lambda cells: EPOCH + cells * STEP)
lengths = st.integers(1, 600).map(lambda cells: cells * STEP)


@given(starts, lengths)
def test_cells_cover_an_interval_exactly(starts_at: datetime, length: timedelta) -> None:
    """Neither a minute before, nor one after, nor a gap: so two intervals overlap just where they share a cell."""
    cells = cells_of(starts_at, starts_at + length)
    assert len(cells) * STEP == length
    assert start_of(cells[0]) == starts_at
    assert start_of(cells[-1]) + STEP == starts_at + length


@given(starts, lengths, starts, lengths)
def test_intervals_overlap_where_they_share_a_cell(
    one: datetime, its_length: timedelta, other: datetime, others_length: timedelta
) -> None:
    shared = set(cells_of(one, one + its_length)) & set(cells_of(other, other + others_length))
    assert bool(shared) == (one < other + others_length and other < one + its_length)


@given(starts, lengths)
def test_days_part_cells_without_loss(starts_at: datetime, length: timedelta) -> None:
    cells = cells_of(starts_at, starts_at + length)
    days = by_day(cells)
    assert [cell_named(day, name) for day, names in days.items() for name in names] == list(cells)
    assert all(len(set(names)) == len(names) <= 288 for names in days.values())


def test_an_interval_over_midnight_touches_two_days() -> None:
    before_midnight = datetime(2026, 12, 31, 23, 50, tzinfo=UTC)
    days = by_day(cells_of(before_midnight, before_midnight + timedelta(minutes=20)))
    assert days == {"2026-12-31": ["c1430", "c1435"], "2027-01-01": ["c0000", "c0005"]}


def test_what_starts_within_a_cell_touches_it() -> None:
    odd = datetime(2026, 11, 24, 9, 3, tzinfo=UTC)
    assert by_day(cells_of(odd, odd + timedelta(minutes=4))) == {"2026-11-24": ["c0540", "c0545"]}


def test_a_holder_holds_from_the_first_cell_to_the_last() -> None:
    nine = datetime(2026, 11, 24, 9, tzinfo=UTC)
    claimed = dict.fromkeys(cells_of(nine, nine + 2 * STEP), "a") | dict.fromkeys(
        cells_of(nine + 2 * STEP, nine + 3 * STEP), "b"
    )
    assert held_by(claimed) == {"a": (nine, nine + 2 * STEP), "b": (nine + 2 * STEP, nine + 3 * STEP)}
