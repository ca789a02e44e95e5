"""Relay's `Node`: every object of a graph that has an id of its own can be fetched by it."""

from collections.abc import Callable, Mapping
from typing import Any

import strawberry

from clients.loaders import BatchLoader, Loaders


@strawberry.interface
class Node:
    """An object with a global id: opaque, and unique over all types."""

    id: strawberry.ID


Kinds = Mapping[str, tuple[type[BatchLoader[Any, Any, Any]], Callable[[Any], Node]]]


async def node_by_id(loaders: Loaders, identifier: str, kinds: Kinds) -> Node | None:
    """Load a node by the prefix of its id (`apt_...`); an unknown prefix is as absent as an unknown id."""
    loader, of = kinds.get(identifier.partition("_")[0], (None, None))
    if loader is None or of is None:
        return None
    model = await loaders[loader].load(identifier)
    return None if model is None else of(model)


def id_key(_root: object, *, id: strawberry.ID) -> str:
    """Return the argument `id` as a loader's key."""
    return id
