"""Operations, written from a graph's types: a field with what it cannot do without."""

from collections.abc import Mapping
from typing import Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
    is_required_input_field,
)

_SCALARS: Final = {
    "BigInt": "1",
    "Boolean": "true",
    "Date": '"2026-11-24"',
    "DateTime": '"2026-11-24T13:00:00Z"',
    "Float": "1.0",
    "Int": "1",
    "String": '"text"',
}
# What an argument or a member of an input of this name is about.
_IDS: Final = {
    "appointmentId": "apt_1",
    "doctorId": "doc_1",
    "patientId": "pat_1",
    "recordId": "rec_1",
    "recordIds": "rec_1",
    "shareId": "shr_1",
}
# What the argument `id` is of, by the type of its field.
_KINDS: Final = {"Appointment": "apt_1", "Doctor": "doc_1", "MedicalRecord": "rec_1", "Patient": "pat_1"}


def field(shown: GraphQLObjectType, name: str, inner: str = "__typename") -> str:
    """Write a field with the arguments that it needs, and what is selected of its object."""
    definition = shown.fields[name]
    result = get_named_type(definition.type)
    needed = {each: argument for each, argument in definition.args.items() if is_required_argument(argument)}
    ids = {**_IDS, "id": _KINDS.get(result.name, "x_1")}
    arguments = ", ".join(f"{each}: {_literal(argument.type, each, ids)}" for each, argument in needed.items())
    return f"{name}{f'({arguments})' if needed else ''}{'' if is_leaf_type(result) else f' {{ {inner} }}'}"


def _literal(kind: GraphQLInputType, name: str, ids: Mapping[str, str]) -> str:
    match kind:
        case GraphQLNonNull():
            return _literal(kind.of_type, name, ids)
        case GraphQLList():
            return f"[{_literal(kind.of_type, name, ids)}]"
        case GraphQLEnumType():
            return str(next(iter(kind.values)))
        case GraphQLInputObjectType():
            needed = {each: member for each, member in kind.fields.items() if is_required_input_field(member)}
            return f"{{{', '.join(f'{each}: {_literal(member.type, each, ids)}' for each, member in needed.items())}}}"
        case GraphQLScalarType():
            return f'"{ids[name]}"' if kind.name == "ID" else _SCALARS[kind.name]
    raise AssertionError(kind)
