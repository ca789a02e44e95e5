import base64
from typing import Any, cast

import pytest

from clients.pages import Page, PageRequest
from schema.common.errors import BadUserInput
from schema.common.pagination import Connection, Edge, PageInfo, connection, page_request
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio


def cursor(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode()


def test_without_arguments_a_page_has_twenty_items() -> None:
    assert page_request(None, None) == PageRequest(20)


@pytest.mark.parametrize("first", [-1, 0, 101])
def test_a_page_has_1_to_100_items(first: int) -> None:
    with pytest.raises(BadUserInput):
        page_request(first, None)


@pytest.mark.parametrize(
    "after",
    [
        "",
        "garbage",
        "não",
        cursor(""),
        cursor("null"),
        cursor("[]"),
        cursor('["x"]'),
        cursor('["x", "1"]'),
        cursor('["x", -1]'),
        cursor('["x", 101]'),
        cursor('["x", 1, 2]'),
        cursor("[1, 1]"),
        base64.urlsafe_b64encode(b'["\xff", 1]').decode(),
    ],
)
def test_garbage_is_not_a_cursor(after: str) -> None:
    with pytest.raises(BadUserInput, match="after is not a cursor of this list"):
        page_request(20, after)


async def test_garbage_reaches_no_service(ask: Asking, downstreams: Downstreams) -> None:
    answer = await ask.erp('{ appointments(after: "garbage") { nodes { id } } }')
    assert answer == ({"appointments": None}, {"appointments": "BadUserInput"})
    assert not downstreams.calls


def edges_of(shown: Connection[str]) -> list[Edge[str]]:
    """Return what the field shows; of its type, a checker knows only that it is a field."""
    return cast("list[Edge[str]]", cast("Any", shown).edges())


def page_info_of(shown: Connection[str]) -> PageInfo:
    """Return what the field shows."""
    return cast("PageInfo", cast("Any", shown).page_info())


def test_a_page_ends_with_the_services_cursor_and_its_middle_with_a_place_in_it() -> None:
    shown = connection(Page(items=("a", "b", "c"), next="page-2"), PageRequest(3), str.upper)
    assert [edge.node for edge in edges_of(shown)] == ["A", "B", "C"]
    asked = [page_request(3, edge.cursor) for edge in edges_of(shown)]
    assert asked == [PageRequest(3, None, 1), PageRequest(3, None, 2), PageRequest(3, "page-2", 0)]
    assert page_info_of(shown).has_next_page
    assert not page_info_of(shown).has_previous_page
    assert page_info_of(shown).start_cursor == edges_of(shown)[0].cursor
    assert page_info_of(shown).end_cursor == edges_of(shown)[2].cursor


def test_a_page_from_its_middle_leaves_out_what_was_seen() -> None:
    shown = connection(Page(items=("a", "b", "c"), next=None), PageRequest(2, "page-1", 1), str.upper)
    assert [edge.node for edge in edges_of(shown)] == ["B", "C"]
    asked = [page_request(2, edge.cursor) for edge in edges_of(shown)]
    assert asked == [PageRequest(2, "page-1", 2), PageRequest(2, "page-1", 3)]
    assert not page_info_of(shown).has_next_page
    assert page_info_of(shown).has_previous_page


def test_after_the_end_there_is_nothing() -> None:
    shown = connection(Page[str](items=("a", "b"), next=None), PageRequest(2, None, 2), str.upper)
    assert [edge.node for edge in edges_of(shown)] == []
    assert (page_info_of(shown).start_cursor, page_info_of(shown).end_cursor) == (None, None)
    assert not page_info_of(shown).has_next_page


async def test_every_item_is_shown_once_whatever_the_size_of_the_pages(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.size = 7
    query = """query Doctors($after: String) { doctors(first: 3, after: $after) {
        nodes { id } pageInfo { endCursor hasNextPage }
    } }"""
    seen, after, more = [], None, True
    while more:
        data, errors = await ask.erp(query, after=after)
        assert errors == {}
        assert data is not None
        page = data["doctors"]
        seen += [node["id"] for node in page["nodes"]]
        after, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert seen == [f"doc_{n}" for n in range(1, 8)]
