import pytest

from clients.pages import MAX_PAGE_SIZE, PageRequest


@pytest.mark.parametrize(
    ("first", "skip", "limit"),
    [(20, 0, 20), (20, 5, 25), (MAX_PAGE_SIZE, 0, 100), (MAX_PAGE_SIZE, 1, 100), (1, 100, 100)],
)
def test_a_page_in_the_middle_asks_for_what_it_skips_too(first: int, skip: int, limit: int) -> None:
    assert PageRequest(first, "c", skip).limit == limit
