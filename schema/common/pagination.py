"""Relay connections over the services' pages.

A service gives a cursor for the end of a page. The cursor of an edge inside it is "that page, from the nth item", so
that any edge can be continued from.
"""

import base64
from collections.abc import Callable
from typing import Annotated, Any, Final, Generic, TypeVar

import msgspec
import strawberry

from clients.pages import MAX_PAGE_SIZE, Page, PageRequest
from schema.common.errors import BadUserInput
from schema.common.messages import InputMistake
from schema.common.permissions import PUBLIC

N = TypeVar("N")
M = TypeVar("M")

DEFAULT_PAGE_SIZE: Final = 20

First = Annotated[
    int | None,
    strawberry.argument(description=f"How many at most: {DEFAULT_PAGE_SIZE} by default, at most {MAX_PAGE_SIZE}."),
]
After = Annotated[str | None, strawberry.argument(description="The cursor to go on after.")]


def page_request(first: int | None, after: str | None) -> PageRequest:
    """Read the arguments `first` and `after`; raise `BadUserInput` where they make no sense."""
    size = DEFAULT_PAGE_SIZE if first is None else first
    if not 1 <= size <= MAX_PAGE_SIZE:
        raise BadUserInput(InputMistake.PAGE_SIZE, maximum=MAX_PAGE_SIZE)
    return PageRequest(size, *_read(after)) if after is not None else PageRequest(size)


@strawberry.type(directives=[PUBLIC])
class PageInfo:
    """Where a page ends, as Relay's specification says."""

    has_next_page: bool
    has_previous_page: bool
    start_cursor: str | None
    end_cursor: str | None


@strawberry.type
class Edge(Generic[N]):
    """An item and the cursor to continue after it."""

    node: N
    cursor: str


@strawberry.type
class Connection(Generic[N]):
    """A page of a list. Cursors are made where they are asked for."""

    items: strawberry.Private[list[N]]
    page: strawberry.Private[Page[Any]]
    asked: strawberry.Private[PageRequest]

    @strawberry.field
    def edges(self) -> list[Edge[N]]:
        """The items, each with its cursor."""
        first = self.asked.skip + 1
        return [Edge(node=node, cursor=self._cursor(position)) for position, node in enumerate(self.items, first)]

    @strawberry.field
    def page_info(self) -> PageInfo:
        """Where the page ends."""
        first, last = self.asked.skip + 1, self.asked.skip + len(self.items)
        return PageInfo(
            has_next_page=self.page.next is not None,
            has_previous_page=self.asked.after is not None or self.asked.skip > 0,
            start_cursor=self._cursor(first) if self.items else None,
            end_cursor=self._cursor(last) if self.items else None,
        )

    @strawberry.field
    def nodes(self) -> list[N]:
        """The items alone, for those who need no cursors."""
        return self.items

    def _cursor(self, position: int) -> str:
        """Return the cursor behind the page's nth item, counted from 1."""
        is_last = position == len(self.page.items)
        return _write(self.page.next, 0) if is_last and self.page.next else _write(self.asked.after, position)


def connection(page: Page[M], asked: PageRequest, node: Callable[[M], N]) -> Connection[N]:
    """Turn a service's page into a connection of `node(item)`."""
    return Connection(items=[node(item) for item in page.items[asked.skip :]], page=page, asked=asked)


def _write(after: str | None, skip: int) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode((after, skip))).decode()


def _read(cursor: str) -> tuple[str | None, int]:
    try:
        after, skip = msgspec.json.decode(base64.urlsafe_b64decode(cursor), type=tuple[str | None, int])
    except (ValueError, msgspec.MsgspecError):
        raise BadUserInput(InputMistake.UNKNOWN_CURSOR) from None
    if not 0 <= skip <= MAX_PAGE_SIZE:
        raise BadUserInput(InputMistake.UNKNOWN_CURSOR)
    return after, skip
