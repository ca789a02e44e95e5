"""The rows of one field: what everybody gets who asks for it, where nothing else stands before it.

Each is executed alone, as if its type were the root of the graph: whoever gets to an object by a way that nobody
thought of meets the field's own guard.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import strawberry
from graphql import (
    ExecutionResult,
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    GraphQLSchema,
    execute,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
    parse,
    subscribe,
)
from graphql.pyutils import is_awaitable

from schema.common.principals import Audience, Forbidden, Principal, Unauthenticated
from tests.matrix.decided import principals, verdict

_LITERALS = {"ID": '"x_1"', "String": '"text"', "Int": "1", "Float": "1.0", "Boolean": "true"}
_TIMES = {"Date": '"2026-11-24"', "DateTime": '"2026-11-24T13:00:00Z"', "BigInt": "1"}


@dataclass(frozen=True, slots=True)
class Context:
    """Nothing but who asks: what gets past a guard fails, and that is how it shows."""

    principal: Principal


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
    document = f"{{ {selection(shown, field)} }}"
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


def selection(shown: GraphQLObjectType, field: str, inner: str = "__typename") -> str:
    """Write a field with the arguments that it cannot do without."""
    definition = shown.fields[field]
    needed = {name: each for name, each in definition.args.items() if is_required_argument(each)}
    arguments = f"({', '.join(_argument(name, each) for name, each in needed.items())})" if needed else ""
    return f"{field}{arguments}{'' if is_leaf_type(get_named_type(definition.type)) else f' {{ {inner} }}'}"


def _argument(name: str, argument: GraphQLArgument) -> str:
    return f"{name}: {literal(argument.type)}"


def literal(kind: GraphQLInputType) -> str:
    """Write a value of a type."""
    match kind:
        case GraphQLNonNull():
            return literal(kind.of_type)
        case GraphQLList():
            return f"[{literal(kind.of_type)}]"
        case GraphQLEnumType():
            return str(next(iter(kind.values)))
        case GraphQLInputObjectType():
            needed = {name: each for name, each in kind.fields.items() if is_required_input_field(each)}
            return f"{{{', '.join(f'{name}: {literal(each.type)}' for name, each in needed.items())}}}"
        case GraphQLScalarType():
            return (_LITERALS | _TIMES)[kind.name]
    raise AssertionError(kind)
