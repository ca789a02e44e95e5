"""What an operation may cost: its document for lists of any length, and the calls that such an answer takes.

In a document, `first: $size` stands for a list so long, and `id: $doc` for so many fields, of `doc_1`, `doc_2` ...
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Final

from graphql import (
    ArgumentNode,
    FieldNode,
    IntValueNode,
    NameNode,
    SelectionNode,
    SelectionSetNode,
    StringValueNode,
    VariableNode,
    Visitor,
    parse,
    print_ast,
    visit,
)

from schema.common.principals import Audience

# How many calls, for a list of a length.
Price = Callable[[int], int]
SIZES: Final = (1, 10, 50, 101)
PAGE: Final = 100


def per(held: int, times: int = 1) -> Price:
    """Return the price of calls that hold so many keys or items each; `times`, for levels or lists that ask apart."""
    return lambda size: times * ceil(size / held)


def once(_: int) -> int:
    """Return the price of one call, whatever the length."""
    return 1


PER_100: Final = per(100)
PER_50: Final = per(50)
TWICE_PER_100: Final = per(100, times=2)


def nothing(_: int) -> Mapping[str, object]:
    """Leave the downstreams' answers as they are."""
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """One operation: `answers` are downstream answers of a length, where they are none of the usual ones.

    `grows` says whether the answer has a list at all.
    """

    name: str
    audience: Audience
    document: str
    calls: Mapping[str, Price]
    answers: Callable[[int], Mapping[str, object]] = nothing
    grows: bool = True

    @property
    def pages(self) -> bool:
        """Say whether a list of it is asked for by the page."""
        return "$size" in self.document

    def of(self, size: int, after: str | None = None) -> str:
        """Write the operation for a length; with `after`, each list has a second page."""
        return print_ast(visit(parse(self.document), _Sized(size, after)))

    def price(self, size: int) -> Mapping[str, int]:
        """Return the calls for a length."""
        return {call: price(size) for call, price in self.calls.items()}


class _Sized(Visitor):
    """Writes the fields that stand for a length."""

    def __init__(self, size: int, after: str | None) -> None:
        super().__init__()
        self._size = size
        self._after = after

    def leave_selection_set(self, node: SelectionSetNode, *_: object) -> SelectionSetNode:
        """Write each field as often as the length says."""
        return SelectionSetNode(selections=tuple(each for field in node.selections for each in self._fields(field)))

    def _fields(self, field: SelectionNode) -> Iterator[SelectionNode]:
        variable = _variable(field)
        if not isinstance(field, FieldNode) or variable is None:
            yield field
        elif variable == "size":
            first = _argument("first", IntValueNode(value=str(min(self._size, PAGE))))
            yield _with(field, "page_1", first)
            if self._after is not None:
                yield _with(field, "page_2", first, _argument("after", StringValueNode(value=self._after)))
        else:
            for n in range(1, self._size + 1):
                yield _with(field, f"{variable}_{n}", _argument("id", StringValueNode(value=f"{variable}_{n}")))


def _variable(field: SelectionNode) -> str | None:
    arguments = field.arguments if isinstance(field, FieldNode) else None
    values = (each.value for each in arguments or ())
    return next((each.name.value for each in values if isinstance(each, VariableNode)), None)


def _argument(name: str, value: IntValueNode | StringValueNode) -> ArgumentNode:
    return ArgumentNode(name=NameNode(value=name), value=value)


def _with(field: FieldNode, alias: str, *arguments: ArgumentNode) -> FieldNode:
    others = [each for each in field.arguments or () if not isinstance(each.value, VariableNode)]
    return FieldNode(
        alias=NameNode(value=f"{(field.alias or field.name).value}_{alias}"),
        name=field.name,
        arguments=(*others, *arguments),
        directives=(),
        selection_set=field.selection_set,
    )
