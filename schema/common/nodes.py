"""Relay's `Node`: every object of a graph that has an id of its own can be fetched by it."""

from collections.abc import Mapping
from typing import Any, Protocol

import strawberry
from strawberry.types import Info

from clients.loaders import BatchLoader, Loaders
from schema.common.guarding import roles_for
from schema.common.permissions import require
from schema.common.policies import HasPolicies, visible
from schema.common.principals import Principal


@strawberry.interface
class Node:
    """An object with a global id: opaque, and unique over all types."""

    id: strawberry.ID


class Shown(Protocol):
    """A type of a graph that shows a service's model."""

    @classmethod
    def of(cls, model: Any) -> Node:  # noqa: ANN401  each type has its own
        """Project the model."""


class NodeContext(HasPolicies, Protocol):
    """What a context must offer for its graph to have nodes."""

    @property
    def principal(self) -> Principal:
        """Who asks."""

    @property
    def loaders(self) -> Loaders:
        """The request's loaders."""


Kinds = Mapping[str, tuple[type[BatchLoader[Any, Any, Any]], type[Shown]]]


async def node_by_id(info: Info[Any, None], identifier: str, kinds: Kinds) -> Node | None:
    """Load a node by the prefix of its id (`apt_...`); an unknown prefix is as absent as an unknown id.

    The role is the one that the type asks for, before anything is loaded.
    """
    context: NodeContext = info.context
    loader, shown = kinds.get(identifier.partition("_")[0], (None, None))
    if loader is None or shown is None:
        return None
    require(context.principal, roles_for(shown, context.principal.audience))
    model = visible(await context.loaders[loader].load(identifier), context.allows)
    return None if model is None else shown.of(model)


def id_key(_root: object, *, id: strawberry.ID) -> str:
    """Return the argument `id` as a loader's key."""
    return id
