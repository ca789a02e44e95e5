"""What a graph's fields cost, read once from its SDL: what is printed is what counts.

`@cost` and `@listSize` are those of IBM's cost specification (https://ibm.github.io/graphql-specs/cost-spec.html), on
fields and with whole weights. Where a field says nothing, an object costs 1, a scalar or an enum 0 and a field of the
mutation root 10, and a list has `DEFAULT_LIST_SIZE` items.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from types import MappingProxyType
from typing import Any, Final

from graphql import (
    FieldDefinitionNode,
    InterfaceTypeDefinitionNode,
    IntValueNode,
    ObjectTypeDefinitionNode,
    OperationDefinitionNode,
    TypeNode,
    UnionTypeDefinitionNode,
    parse,
    print_ast,
    value_from_ast_untyped,
)

DEFAULT_LIST_SIZE: Final = 10
_LEAF: Final = 0
_OBJECT: Final = 1
_MUTATION: Final = 10


class Shape(Enum):
    """How often a field's value counts, with all that is selected on it."""

    ONE = auto()  # once
    LIST = auto()  # as often as its own size says
    PAGE = auto()  # once; its size is for the SIZED lists that are selected on it
    SIZED = auto()  # as often as the page's size says


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldWeight:
    """What a field costs: `weight` for each value, which is of the type `returns`.

    Its size is the largest of its `slicing` arguments (name -> default), `assumed` where none has a value.
    """

    weight: int
    returns: str
    shape: Shape
    assumed: int
    slicing: Mapping[str, int | None]
    exactly_one: bool


Fields = Mapping[str, FieldWeight]

# What no schema defines costs nothing. So introspection is free: it reads nothing downstream.
UNKNOWN: Final = FieldWeight(
    weight=0, returns="", shape=Shape.ONE, assumed=0, slicing=MappingProxyType({}), exactly_one=False
)
_NO_FIELDS: Final[Fields] = MappingProxyType({})
_Typed = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode


class Weights:
    """The weights of one graph: `fields("Doctor")["slots"]`."""

    def __init__(self, sdl: str) -> None:
        """Read a graph's SDL; raise `ValueError` where it says a cost that cannot be counted."""
        definitions = parse(sdl).definitions
        typed = [each for each in definitions if isinstance(each, _Typed)]
        objects = {each.name.value for each in definitions if isinstance(each, _Typed | UnionTypeDefinitionNode)}
        sized = _sized_lists(typed)
        self._fields: Final[Mapping[str, Fields]] = {
            each.name.value: {
                field.name.value: _weight(each.name.value, field, objects, sized) for field in each.fields or ()
            }
            for each in typed
        }

    def fields(self, type_name: str) -> Fields:
        """Return the fields of a type; none where it has none or is unknown."""
        return self._fields.get(type_name, _NO_FIELDS)

    def root(self, operation: OperationDefinitionNode) -> Fields:
        """Return the fields of an operation's root type, which has the usual name."""
        return self.fields(operation.operation.value.capitalize())


def _sized_lists(typed: Iterable[_Typed]) -> Mapping[str, frozenset[str]]:
    """Return which lists of which objects take their size from the field that leads to them."""
    lists = {
        each.name.value: {field.name.value for field in each.fields or () if _is_sizable(field)}
        for each in typed
        if isinstance(each, ObjectTypeDefinitionNode)
    }
    sized: dict[str, frozenset[str]] = {}
    for field in (field for each in typed for field in each.fields or ()):
        names, page = frozenset(_said(field, "listSize").get("sizedFields", ())), _named(field.type)
        if not names:
            continue
        if _is_list(field.type) or not names <= lists.get(page, set()) or sized.setdefault(page, names) != names:
            message = f"{field.name.value}: sizedFields are lists of one object, the same for all that lead to it"
            raise ValueError(message)
    return sized


def _is_sizable(field: FieldDefinitionNode) -> bool:
    return _is_list(field.type) and not _said(field, "listSize")


def _weight(
    type_name: str, field: FieldDefinitionNode, objects: set[str], sized: Mapping[str, frozenset[str]]
) -> FieldWeight:
    returns = _named(field.type)
    usual = _MUTATION if type_name == "Mutation" else _OBJECT if returns in objects else _LEAF
    size = _said(field, "listSize")
    return FieldWeight(
        weight=_whole(_said(field, "cost").get("weight", usual)),
        returns=returns,
        shape=_shape(field, is_sized=field.name.value in sized.get(type_name, ()), is_page="sizedFields" in size),
        assumed=_whole(size.get("assumedSize", DEFAULT_LIST_SIZE)),
        slicing=_slicing(field, size.get("slicingArguments", ())),
        exactly_one="slicingArguments" in size and size.get("requireOneSlicingArgument", True),
    )


def _shape(field: FieldDefinitionNode, *, is_sized: bool, is_page: bool) -> Shape:
    if is_sized:
        return Shape.SIZED
    if is_page:
        return Shape.PAGE
    return Shape.LIST if _is_list(field.type) else Shape.ONE


def _slicing(field: FieldDefinitionNode, names: Sequence[str]) -> Mapping[str, int | None]:
    """Return the slicing arguments with their defaults; raise `ValueError` for one that the field does not have."""
    defaults = {each.name.value: each.default_value for each in field.arguments or ()}
    if not defaults.keys() >= set(names):
        message = f"{field.name.value}: a slicing argument is none of its arguments"
        raise ValueError(message)
    literals = {name: defaults[name] for name in names}
    return {name: int(each.value) if isinstance(each, IntValueNode) else None for name, each in literals.items()}


def _said(field: FieldDefinitionNode, directive: str) -> dict[str, Any]:
    """Return the arguments of a directive on the field; nothing where it has none."""
    used = [each for each in field.directives or () if each.name.value == directive]
    return {each.name.value: value_from_ast_untyped(each.value) for one in used for each in one.arguments or ()}


def _whole(number: object) -> int:
    """Read a weight or a size; raise `ValueError` for a negative or a broken one."""
    whole = int(str(number))
    if whole < 0:
        message = "a weight or a size is negative"
        raise ValueError(message)
    return whole


def _named(node: TypeNode) -> str:
    return print_ast(node).strip("[]!")


def _is_list(node: TypeNode) -> bool:
    return print_ast(node).startswith("[")
