"""Where values belong in the answer, and what becomes null where one fails.

The executor works on columns: one field's values for all parents of a level at once. Where a column's values belong is
worked out only for those that fail: their paths for the errors, and the nearest place that may be null.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any, Final, Protocol

from graphql import GraphQLObjectType
from graphql.pyutils import Path

from schema.common.access import Subject, subjects

Shown = dict[str, Any]

UNPLACED: Final = object()


class Field(Protocol):
    """A field as one selection asks for it."""

    @property
    def name(self) -> str:
        """What the answer calls it."""

    @property
    def nullable(self) -> bool:
        """Whether its value may be null."""

    @property
    def parent_type(self) -> GraphQLObjectType:
        """The type that it is a field of."""


class Places(Protocol):
    """The places of one column's values; `index` is a value's position in the column.

    A value that several parents share has a place in each. `held` is what is at a value's places, where it was put:
    those that hold something else by now have become null with what was around them, and count no more.
    """

    def paths(self, index: int, held: object = UNPLACED) -> Iterator[Path | None]:
        """Return the paths of a value; the whole answer's is None."""

    def put(self, index: int, value: object) -> None:
        """Put a value where it belongs."""

    def nullify(self, index: int) -> None:
        """Put null where a value belongs or, if there may be none, around it."""


class Frame:
    """Some objects of one type as one selection shows them: what resolvers see, and what the answer says of each."""

    __slots__ = ("_patient_ids", "places", "selection", "shown", "sources")

    def __init__(self, selection: Any, sources: Sequence[Any], places: Places) -> None:  # noqa: ANN401  the plan's, which knows frames
        self.selection = selection
        self.sources = sources
        self.places = places
        template = selection.template
        self.shown: list[Shown] = [template.copy() for _ in sources]
        self._patient_ids: frozenset[str] | None = None

    def patient_ids(self, subject: Subject | None) -> frozenset[str]:
        """Return whose data the objects are, as the `subject` of their type says."""
        if self._patient_ids is None:
            self._patient_ids = subjects(subject, self.sources)
        return self._patient_ids

    def paths(self, row: int) -> Iterator[Path | None]:
        """Return where an object is shown; nowhere, once it or what is around it has become null."""
        return self.places.paths(row, self.shown[row])

    def is_shown(self, row: int) -> bool:
        """Say whether an object is still part of the answer."""
        return any(True for _ in self.paths(row))


class Root:
    """The place of the whole answer."""

    def __init__(self) -> None:
        self.data: Shown | None = None

    def paths(self, index: int, held: object = UNPLACED) -> Iterator[Path | None]:  # noqa: ARG002  there is but one
        """Return no path, which is the path of everything, unless there is no data."""
        if held is self.data:
            yield None

    def put(self, index: int, value: Any) -> None:  # noqa: ANN401, ARG002  there is but one
        """Set the answer's data."""
        self.data = value

    def nullify(self, index: int) -> None:
        """Leave no data."""
        self.put(index, None)


class FieldPlaces:
    """One field of a frame's objects. `rows` are those of each value; without them, each object has its own."""

    __slots__ = ("field", "frame", "rows")

    def __init__(self, frame: Frame, field: Field, rows: Sequence[Sequence[int]] | None = None) -> None:
        self.frame = frame
        self.field = field
        self.rows = rows

    def paths(self, index: int, held: object = UNPLACED) -> Iterator[Path | None]:
        """Return one path for each object that shows the value, and each place of that object."""
        name, parent = self.field.name, self.field.parent_type.name
        for row in self._rows(index):
            if held is UNPLACED or self.frame.shown[row][name] is held:
                for before in self.frame.paths(row):
                    yield Path(before, name, parent)

    def put(self, index: int, value: object) -> None:
        """Put a value into each object that shows it."""
        for row in self._rows(index):
            self.frame.shown[row][self.field.name] = value

    def put_all(self, values: Sequence[object]) -> None:
        """Put the whole column."""
        name, shown = self.field.name, self.frame.shown
        if self.rows is None:
            for each, value in zip(shown, values, strict=True):
                each[name] = value
        else:
            for rows, value in zip(self.rows, values, strict=True):
                for row in rows:
                    shown[row][name] = value

    def nullify(self, index: int) -> None:
        """Let the field be null or, where it may not, the objects."""
        if self.field.nullable:
            self.put(index, None)
        else:
            for row in self._rows(index):
                self.frame.places.nullify(row)

    def _rows(self, index: int) -> Sequence[int]:
        return (index,) if self.rows is None else self.rows[index]


class ItemPlaces:
    """The items of a column of lists, one list after the other; `ends` says where each list's items end."""

    __slots__ = ("_ends", "_lists", "_nullable", "made")

    def __init__(self, lists: Places, ends: Sequence[int], *, nullable: bool) -> None:
        self._lists = lists
        self._ends = ends
        self._nullable = nullable
        self.made: Sequence[list[Any] | None] = ()

    def paths(self, index: int, held: object = UNPLACED) -> Iterator[Path | None]:
        """Return the list's paths, each with the item's position."""
        which, position = self._position(index)
        items = UNPLACED if held is UNPLACED else self.made[which]
        if items is UNPLACED or self._holds(which, position, held):
            for before in self._lists.paths(which, items):
                yield Path(before, position, None)

    def put(self, index: int, value: object) -> None:
        """Put an item into its list."""
        which, position = self._position(index)
        items = self.made[which]
        if items is not None:
            items[position] = value

    def nullify(self, index: int) -> None:
        """Let the item be null or, where it may not, its list."""
        if self._nullable:
            self.put(index, None)
        else:
            self._lists.nullify(self._position(index)[0])

    def _holds(self, which: int, position: int, held: object) -> bool:
        items = self.made[which]
        return items is not None and items[position] is held

    def _position(self, index: int) -> tuple[int, int]:
        which = bisect_right(self._ends, index)
        return which, index - (self._ends[which - 1] if which else 0)


class SomePlaces:
    """Some of a column's places."""

    __slots__ = ("_picked", "_places")

    def __init__(self, places: Places, picked: Sequence[int]) -> None:
        self._places = places
        self._picked = picked

    def paths(self, index: int, held: object = UNPLACED) -> Iterator[Path | None]:
        """Return the paths of a picked value."""
        return self._places.paths(self._picked[index], held)

    def put(self, index: int, value: object) -> None:
        """Put a picked value."""
        self._places.put(self._picked[index], value)

    def nullify(self, index: int) -> None:
        """Let a picked value be null, or what is around it."""
        self._places.nullify(self._picked[index])
