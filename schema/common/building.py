"""A graph from its root types: our scalars, and the classes' docstrings as the SDL's descriptions."""

import inspect
from collections.abc import Sequence
from typing import Any

import strawberry
from strawberry.types.base import StrawberryObjectDefinition
from strawberry.types.enum import StrawberryEnumDefinition
from strawberry.types.field import StrawberryField

from schema.common.guarding import guard
from schema.common.live import show_changes
from schema.common.patient_data import witness
from schema.common.permissions import PUBLIC
from schema.common.principals import Audience
from schema.common.scalars import CONFIG


def build(
    audience: Audience, query: type, mutation: type, types: Sequence[type] = (), *, subscription: type | None = None
) -> strawberry.Schema:
    """Build an audience's graph; raise `UndeclaredError` where it is not said who may read a field.

    `types` are those that only an interface leads to; a subscription's fields are `live`.
    """
    schema = strawberry.Schema(query=query, mutation=mutation, subscription=subscription, types=types, config=CONFIG)
    for concrete in schema.schema_converter.type_map.values():
        _describe(concrete.definition, concrete.implementation)
        if isinstance(concrete.definition, StrawberryObjectDefinition) and concrete.definition.origin is subscription:
            show_changes(concrete.definition, concrete.implementation)
    witness(schema)
    guard(schema, audience)
    return schema


def public_root_fields(schema: strawberry.Schema) -> frozenset[str]:
    """Return the root fields marked `@public`, as `Query.doctors`."""
    names = schema.config.name_converter
    roots = [
        each.definition for name, each in schema.schema_converter.type_map.items() if name in {"Query", "Mutation"}
    ]
    return frozenset(
        f"{root.name}.{names.get_graphql_name(field)}"
        for root in roots
        if isinstance(root, StrawberryObjectDefinition)
        for field in root.fields
        if PUBLIC in field.directives
    )


def _describe(definition: object, implementation: Any) -> None:  # noqa: ANN401  any of graphql-core's types
    if isinstance(definition, StrawberryObjectDefinition):
        implementation.description = implementation.description or _doc(definition.origin)
        for field in definition.fields:
            _describe_field(field, implementation)
    elif isinstance(definition, StrawberryEnumDefinition):
        implementation.description = implementation.description or _doc(definition.wrapped_cls)


def _describe_field(field: StrawberryField, implementation: Any) -> None:  # noqa: ANN401  any of graphql-core's types
    resolver = field.base_resolver
    name = CONFIG.name_converter.get_graphql_name(field)
    if resolver and name in implementation.fields and resolver.wrapped_func.__doc__:
        shown = implementation.fields[name]
        shown.description = shown.description or inspect.cleandoc(resolver.wrapped_func.__doc__)


def _doc(origin: type) -> str | None:
    """Return a class's own docstring; a dataclass without one gets its signature as docstring, which is noise."""
    doc = origin.__doc__
    return None if doc is None or doc.startswith(f"{origin.__name__}(") else inspect.cleandoc(doc)
