"""The rows of one field: what everybody gets who asks for it, where nothing else stands before it.

Each is executed alone, as if its type were the root of the graph: whoever gets to an object by a way that nobody
thought of meets the field's own guard.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import strawberry
from graphql import (
    ExecutionResult,
    GraphQLObjectType,
    GraphQLSchema,
    execute,
    parse,
    subscribe,
)
from graphql.pyutils import is_awaitable

from schema.common.principals import Audience, Forbidden, Principal, Unauthenticated
from tests.matrix.decided import principals, verdict
from tests.matrix.writing import field as written
from tests.schema.noted import NotedTrail


@dataclass(frozen=True, slots=True)
class Context:
    """Nothing but who asks: what gets past a guard fails, and that is how it shows."""

    principal: Principal
    trail: NotedTrail = field(default_factory=NotedTrail)


def coordinates(schema: strawberry.Schema) -> Iterator[str]:
    """Name every field of every object type of a graph."""
    for each in schema._schema.type_map.values():
        if isinstance(each, GraphQLObjectType) and not each.name.startswith("__"):
            yield from (f"{each.name}.{field}" for field in each.fields)


async def rows(schema: strawberry.Schema, audience: Audience, coordinate: str) -> Mapping[str, str]:
    """Return what everybody gets who asks for the field."""
    return {name: await _given(schema._schema, coordinate, person) for name, person in principals(audience).items()}


def expected(audience: Audience, roles: tuple[str, ...] | None) -> Mapping[str, str]:
    """Return what everybody should get."""
    return {name: verdict(name, roles) for name in principals(audience)}


async def _given(graph: GraphQLSchema, coordinate: str, person: Principal) -> str:
    name, _, field = coordinate.partition(".")
    shown = graph.type_map[name]
    assert isinstance(shown, GraphQLObjectType)
    document = f"{{ {written(shown, field)} }}"
    if name == "Subscription":
        result: Any = subscribe(graph, parse(f"subscription {document}"), context_value=Context(person))
    else:
        result = execute(_alone(shown), parse(document), context_value=Context(person))
    answer: ExecutionResult = await result if is_awaitable(result) else result
    kinds = {type(error.original_error) for error in answer.errors or ()}
    refusals = [kind.__name__ for kind in (Unauthenticated, Forbidden) if kind in kinds]
    return refusals[0] if refusals else "OPEN"


@lru_cache(maxsize=64)
def _alone(shown: GraphQLObjectType) -> GraphQLSchema:
    return GraphQLSchema(query=shown)
