"""Where the third ring is asked: each object that a service answered with, before anything of it is shown."""

from collections.abc import Callable
from typing import Any, Protocol

import msgspec

from clients.pages import Page


class HasPolicies(Protocol):
    """What a context must offer for its graph to show what is somebody's."""

    def allows(self, model: object) -> bool:
        """Say whether this object may be shown to who asks."""


def visible(value: Any, allows: Callable[[object], bool]) -> Any:  # noqa: ANN401  whatever a loader gives
    """Return what may be shown of a loaded value: None in place of an object, and lists without those that may not."""
    match value:
        case tuple():
            return tuple(filter(allows, value))
        case Page() if not all(map(allows, value.items)):
            return msgspec.structs.replace(value, items=tuple(filter(allows, value.items)))
        case _:
            return value if allows(value) else None
