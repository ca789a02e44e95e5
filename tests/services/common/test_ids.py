from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from services.common.ids import lowest_id, new_id

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


@given(st.integers(0, 100 * 365 * 86_400_000))
def test_an_id_has_its_prefix_and_a_lowercase_ulid(milliseconds: int) -> None:
    prefix, _, ulid = new_id("apt", NOW + timedelta(milliseconds=milliseconds)).partition("_")
    assert prefix == "apt"
    assert len(ulid) == 26
    assert set(ulid) <= set("0123456789abcdefghjkmnpqrstvwxyz")


def test_later_ids_sort_behind() -> None:
    ids = [new_id("evt", NOW + timedelta(milliseconds=offset)) for offset in range(200)]
    assert all(one < other for one, other in pairwise(ids))


def test_ids_of_one_instant_differ() -> None:
    assert len({new_id("apt", NOW) for _ in range(1000)}) == 1000


def test_the_lowest_id_of_a_moment_lies_between_those_before_and_those_since() -> None:
    lowest = lowest_id("evt", NOW)
    assert new_id("evt", NOW - timedelta(milliseconds=1)) < lowest <= new_id("evt", NOW)
    assert len(lowest) == len(new_id("evt", NOW))
