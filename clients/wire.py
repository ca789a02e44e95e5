"""The shape of every model at the border: frozen, camelCase on the wire, unknown fields ignored."""

from typing import Generic, TypeVar

import msgspec

Item = TypeVar("Item")


class Wire(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A frozen JSON object. A missing or ill-typed field is a broken contract; a new one is not."""


class Page(msgspec.Struct, Generic[Item], frozen=True, kw_only=True, rename="camel"):
    """Some items of a list in its own order, and the cursor after each of them.

    `next` is None at the end of the list.
    """

    items: tuple[Item, ...]
    next: str | None
