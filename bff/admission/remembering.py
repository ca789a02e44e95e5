"""What is the same each time for the same document is found out once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Final, Generic, TypeVar

from graphql import DocumentNode

T = TypeVar("T")

MAX_KEPT: Final = 1_000
# Documents that are larger are rare, and not worth the memory that they would be kept in.
MAX_TOKENS: Final = 2_000


class Remembered(Generic[T]):
    """The latest results for documents that are kept elsewhere too: each is told by identity, since it is long."""

    def __init__(self) -> None:
        self._kept: Final[OrderedDict[Hashable, tuple[DocumentNode, T]]] = OrderedDict()

    def of(self, document: DocumentNode, also: Hashable, find_out: Callable[[], T]) -> T:
        """Return the result for a document and `also`, whatever else it depends on."""
        if document.token_count > MAX_TOKENS:
            return find_out()
        key = (id(document), also)
        if (kept := self._kept.get(key)) is not None:
            self._kept.move_to_end(key)
            return kept[1]
        result = find_out()
        # With the document itself, so that no other one gets its identity.
        self._kept[key] = (document, result)
        if len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
        return result
