"""What a field's type makes of its values: a column of values in, a column of what the answer shows out.

Each shape first takes the column for what it nearly always is. Where one value is different (null, wrong, awaitable),
the column goes through `Levels.one_by_one`, which follows graphql-core to the letter.
"""

import math
from collections.abc import AsyncIterable, Callable, Sequence
from enum import Enum
from itertools import accumulate, chain
from types import GeneratorType, NoneType
from typing import Any, Final
from weakref import proxy

from graphql import (
    Executor,
    GraphQLBoolean,
    GraphQLEnumType,
    GraphQLError,
    GraphQLFloat,
    GraphQLID,
    GraphQLInt,
    GraphQLObjectType,
    GraphQLString,
    Undefined,
    default_type_resolver,
    is_abstract_type,
    is_leaf_type,
    is_list_type,
    is_non_null_type,
)
from graphql.execution.executor import invalid_return_type_error
from graphql.pyutils import is_iterable
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.types.base import StrawberryObjectDefinition

from bff.engine.levels import Levels, Shape
from bff.engine.places import Frame, ItemPlaces, Places, SomePlaces
from schema.common.access import SUBJECT

Column = Callable[[Sequence[Any], Callable[[Any], Any]], Sequence[Any]]

_LISTS: Final = frozenset({list, tuple})
_ABSENT: Final = frozenset({NoneType, type(Undefined)})


class UnexpectedError(Exception):
    """A value that has to be looked at by itself."""


def shape_of(field: Any, type_: Any) -> Shape:  # noqa: ANN401  the plan's field; graphql-core's type
    """Return the shape of a field's type, or of a type within it."""
    return _shape_of(proxy(field), type_)


def _shape_of(field: Any, type_: Any) -> Shape:  # noqa: ANN401  as above
    """Return a shape that does not keep its field alive: a plan that is forgotten is gone, without a collection."""
    nullable = not is_non_null_type(type_)
    inner = type_ if nullable else type_.of_type
    if is_list_type(inner):
        return Items(field, _shape_of(field, inner.of_type), nullable=nullable)
    return (Leaf if is_leaf_type(inner) else Objects)(field, inner, nullable=nullable)


class Leaf:
    """A scalar or an enum."""

    __slots__ = ("_coerce", "_column", "_known", "_type", "field", "nullable")

    def __init__(self, field: Any, type_: Any, *, nullable: bool) -> None:  # noqa: ANN401  as above
        self.field = field
        self.nullable = nullable
        self._type = type_
        self._coerce = _Names(type_).__getitem__ if isinstance(type_, GraphQLEnumType) else type_.coerce_output_value
        self._column = _COLUMNS.get(type_.name) if type_ in _BUILT_IN else None
        # The classes of values that have been coerced before: neither awaitables nor exceptions.
        self._known: set[type] = set()

    def complete(self, level: Levels, places: Places, values: Sequence[Any]) -> Sequence[Any]:
        """Return the coerced values."""
        try:
            return self._column(values, self._value) if self._column else self._any(values)
        except Exception:  # noqa: BLE001  whatever a scalar raises is told of its value below
            return level.one_by_one(self, places, values)

    def one(self, level: Levels, places: Places, index: int, value: Any) -> Any:  # noqa: ANN401, ARG002  a shape's interface
        """Return the coerced value."""
        coerced = self._coerced(self._type.coerce_output_value, value)
        if not isinstance(value, GeneratorType):
            self._known.add(value.__class__)
        return coerced

    def _any(self, values: Sequence[Any]) -> Sequence[Any]:
        if self._known.issuperset(map(type, values)):
            coerced = list(map(self._coerce, values))
            if _ABSENT.isdisjoint(map(type, coerced)):
                return coerced
        return list(map(self._value, values))

    def _value(self, value: Any) -> Any:  # noqa: ANN401  any resolver's
        if value.__class__ in self._known:
            return self._coerced(self._coerce, value)
        if value is None and self.nullable:
            return None
        raise UnexpectedError

    def _coerced(self, coerce: Callable[[Any], Any], value: Any) -> Any:  # noqa: ANN401  any scalar's
        coerced = coerce(value)
        if coerced is None or coerced is Undefined:
            # graphql-core's own words for it.
            return Executor.complete_leaf_value(self._type, value)
        return coerced


class _Names(dict[Any, str]):
    """An enum's names by its members: Strawberry would search for each."""

    def __init__(self, type_: GraphQLEnumType) -> None:
        super().__init__()
        self._type: Final = type_

    def __missing__(self, member: Any) -> Any:  # noqa: ANN401  any resolver's
        name = self._type.coerce_output_value(member)
        if isinstance(member, Enum):
            self[member] = name
        return name


def _texts(values: Sequence[Any], other: Callable[[Any], Any]) -> Sequence[Any]:
    return [value if value.__class__ is str else other(value) for value in values]


def _booleans(values: Sequence[Any], other: Callable[[Any], Any]) -> Sequence[Any]:
    return [value if value.__class__ is bool else other(value) for value in values]


def _integers(values: Sequence[Any], other: Callable[[Any], Any]) -> Sequence[Any]:
    return [value if value.__class__ is int and -(2**31) <= value < 2**31 else other(value) for value in values]


def _floats(values: Sequence[Any], other: Callable[[Any], Any]) -> Sequence[Any]:
    return [value if value.__class__ is float and math.isfinite(value) else other(value) for value in values]


_BUILT_IN: Final = (GraphQLString, GraphQLID, GraphQLInt, GraphQLFloat, GraphQLBoolean)
_COLUMNS: Final[dict[str, Column]] = {
    "String": _texts,
    "ID": _texts,
    "Int": _integers,
    "Float": _floats,
    "Boolean": _booleans,
}


class Items:
    """A list of another shape."""

    __slots__ = ("_item", "field", "nullable")

    def __init__(self, field: Any, item: Shape, *, nullable: bool) -> None:  # noqa: ANN401  as above
        self.field = field
        self.nullable = nullable
        self._item = item

    def complete(self, level: Levels, places: Places, values: Sequence[Any]) -> Sequence[Any]:
        """Return the completed lists: the items of all of them are one column."""
        lists = values
        if not {value.__class__ for value in values} <= _LISTS:
            lists = level.one_by_one(self, places, values)
        ends = list(accumulate(0 if each is None else len(each) for each in lists))
        items = ItemPlaces(places, ends, nullable=self._item.nullable)
        flat = list(chain.from_iterable(each for each in lists if each is not None))
        completed = list(self._item.complete(level, items, flat))
        starts = [0, *ends][: len(ends)]
        items.made = [
            None if each is None else completed[start:end] for each, start, end in zip(lists, starts, ends, strict=True)
        ]
        return items.made

    def one(self, level: Levels, places: Places, index: int, value: Any) -> Any:  # noqa: ANN401  as above
        """Return the items as they came."""
        if value.__class__ in _LISTS:
            return value
        if level.execution.is_async_iterable(value):
            level.wait(self, places, index, _collected(value))
            return None
        if not is_iterable(value):
            field = self.field
            message = f"Expected Iterable, but did not find one for field '{field.parent_type}.{field.field_name}'."
            raise GraphQLError(message)
        return list(value)


async def _collected(values: AsyncIterable[Any]) -> list[Any]:
    return [value async for value in values]


class Objects:
    """Objects of one type, or of several that an interface or a union holds together."""

    __slots__ = ("_known", "_learns", "_resolve_type", "_type", "field", "nullable")

    def __init__(self, field: Any, type_: Any, *, nullable: bool) -> None:  # noqa: ANN401  as above
        self.field = field
        self.nullable = nullable
        self._type = type_
        self._resolve_type = (type_.resolve_type or default_type_resolver) if is_abstract_type(type_) else None
        self._learns = self._resolve_type is None and _goes_by_class(type_)
        # The classes of values that are of this type for sure.
        self._known: set[type] = set()

    def complete(self, level: Levels, places: Places, values: Sequence[Any]) -> Sequence[Any]:
        """Return what the answer shows of each object: empty still, for its fields are started later."""
        classes = {value.__class__ for value in values}
        if values and classes <= self._known:
            return self._frame(level, self._type, values, places).shown
        if self.nullable and classes - self._known == {NoneType}:
            types = [None if value is None else self._type for value in values]
        else:
            types = level.one_by_one(self, places, values)
        rows_of: dict[GraphQLObjectType, list[int]] = {}
        for row, type_ in enumerate(types):
            if type_ is not None:
                rows_of.setdefault(type_, []).append(row)
        shown: list[Any] = [None] * len(values)
        for type_, rows in rows_of.items():
            sources = [values[row] for row in rows]
            frame = self._frame(level, type_, sources, SomePlaces(places, rows))
            for row, each in zip(rows, frame.shown, strict=True):
                shown[row] = each
        return shown

    def one(self, level: Levels, places: Places, index: int, value: Any) -> Any:  # noqa: ANN401  as above
        """Return the value's type."""
        if self._resolve_type is None and not self._type.is_type_of:
            type_ = self._type
        else:
            type_ = self._checked(level, places, index, value)
        if self._learns and not isinstance(value, GeneratorType):
            self._known.add(value.__class__)
        return type_

    def _frame(self, level: Levels, type_: GraphQLObjectType, sources: Sequence[Any], places: Places) -> Frame:
        frame = level.frame(self.field.selection(type_), sources, places)
        if patient_ids := frame.patient_ids(type_.extensions.get(SUBJECT)):
            level.context.trail.touched(patient_ids, self.field.coordinate)
        return frame

    def _checked(self, level: Levels, places: Places, index: int, value: Any) -> Any:  # noqa: ANN401  as above
        info = level.info(self.field, next(places.paths(index), None))
        type_ = self._type
        if self._resolve_type is not None:
            name: Any = self._resolve_type(value, info, type_)
            details = self.field.details
            type_ = level.execution.ensure_valid_runtime_type(name, type_, details, info, value)
        if type_.is_type_of and not type_.is_type_of(value, info):
            raise invalid_return_type_error(type_, value, self.field.details)
        return type_


def _goes_by_class(type_: GraphQLObjectType) -> bool:
    """Say whether all values of a class are of this type if one is: so Strawberry decides, unless told otherwise."""
    if type_.is_type_of is None:
        return True
    definition = type_.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
    return isinstance(definition, StrawberryObjectDefinition) and definition.is_type_of is None
