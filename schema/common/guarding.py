"""Every field of a graph gets its guard: the roles that are declared for it, asked for before it resolves.

A field whose declaration is missing is not open: the graph does not build.
"""

import copy
from collections.abc import Iterator, Sequence
from typing import Final

import strawberry
from graphql import GraphQLField, GraphQLObjectType
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition, get_object_definition
from strawberry.types.field import StrawberryField

from schema.common.access import SUBJECT, Access, stand_before, stand_before_stream
from schema.common.permissions import ROLES, Declaration, Public, RequiresRole, SignedIn, roles_of
from schema.common.principals import Audience
from schema.common.scalars import CONFIG

_DEFINITION: Final = GraphQLCoreConverter.DEFINITION_BACKREF


class UndeclaredError(TypeError):
    """Nobody has said who may read these fields."""

    def __init__(self, fields: Sequence[str]) -> None:
        super().__init__(f"who may read {', '.join(fields)}?")
        self.fields: Final = fields


def guard(schema: strawberry.Schema, audience: Audience) -> None:
    """Ask for the declared roles before each field resolves, and print them; raise `UndeclaredError`."""
    declared = dict(_declared(schema))
    if missing := sorted(field for field, declaration in declared.items() if declaration is None):
        raise UndeclaredError(missing)
    for definition, implementation in _objects(schema):
        _print(definition, implementation, audience)
        for name, field in implementation.fields.items():
            coordinate = f"{implementation.name}.{name}"
            declaration = declared[coordinate]
            if declaration is not None:
                _guard(field, roles_of(declaration, audience), coordinate)


def roles_for(shown: type, audience: Audience) -> frozenset[str] | None:
    """Return which roles a type of a graph that was built opens to; None is anybody."""
    declaration = declaration_of(shown)
    return roles_of(declaration, audience) if declaration else frozenset()


def declaration_of(shown: type) -> Declaration | None:
    """Return what a type declares; a page of a list is declared by what is listed."""
    definition = get_object_definition(shown, strict=True)
    own = _said(definition.directives)
    listed = next(iter(definition.type_var_map.values()), None)
    return declaration_of(listed) if own is None and isinstance(listed, type) else own


def _declared(schema: strawberry.Schema) -> Iterator[tuple[str, Declaration | None]]:
    for definition, implementation in _objects(schema):
        for field in definition.fields:
            name = CONFIG.name_converter.get_graphql_name(field)
            yield f"{implementation.name}.{name}", _declaration(field, definition)


def _declaration(field: StrawberryField, definition: StrawberryObjectDefinition) -> Declaration | None:
    own = _said(field.directives) or declaration_of(definition.origin)
    faces = [each for each in definition.interfaces if each.get_field(field.python_name)]
    return own or next((said for face in faces if (said := _said(face.directives))), None)


def _said(directives: object) -> Declaration | None:
    given = directives if isinstance(directives, list | tuple) else ()
    return next((each for each in given if isinstance(each, Public | RequiresRole | SignedIn)), None)


def _objects(schema: strawberry.Schema) -> Iterator[tuple[StrawberryObjectDefinition, GraphQLObjectType]]:
    for concrete in schema.schema_converter.type_map.values():
        definition, implementation = concrete.definition, concrete.implementation
        if isinstance(definition, StrawberryObjectDefinition) and isinstance(implementation, GraphQLObjectType):
            yield definition, implementation


def _print(definition: StrawberryObjectDefinition, implementation: GraphQLObjectType, audience: Audience) -> None:
    """Let the SDL name this graph's roles on a type that graphs share, and on a page what is listed declares."""
    declaration = declaration_of(definition.origin)
    if isinstance(declaration, SignedIn) or definition.type_var_map:
        shown = copy.copy(definition)
        shown.directives = [_printed(declaration, audience)] if declaration else []
        implementation.extensions = {**implementation.extensions, _DEFINITION: shown}


def _printed(declaration: Declaration, audience: Audience) -> Public | RequiresRole:
    if isinstance(declaration, SignedIn):
        return RequiresRole(roles=[*ROLES[audience]])
    return declaration


def _guard(field: GraphQLField, roles: frozenset[str] | None, coordinate: str) -> None:
    subject = field.extensions.get(SUBJECT)
    if field.resolve and (roles is not None or subject):
        stand_before(field, Access(coordinate, roles, subject, field.resolve))
    if field.subscribe and roles is not None:
        stand_before_stream(field, Access(coordinate, roles, None, field.subscribe))
