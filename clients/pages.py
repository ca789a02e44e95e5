"""Long lists come in pages, in the downstream's own order."""

from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import msgspec

Item = TypeVar("Item")

MAX_PAGE_SIZE: Final = 100


class Page(msgspec.Struct, Generic[Item], frozen=True, kw_only=True, rename="camel"):
    """Some items of a list, and the cursor after the last one: `next` is None at the end of the list."""

    items: tuple[Item, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PageRequest:
    """`first` items of a list: those of the page `after` a cursor, without its first `skip`."""

    first: int
    after: str | None = None
    skip: int = 0

    @property
    def limit(self) -> int:
        """How many items to ask the downstream for: at most 100, so a page in the middle may be shorter."""
        return min(self.first + self.skip, MAX_PAGE_SIZE)
