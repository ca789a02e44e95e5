"""How large an operation is and what it costs, before anything else is done with its document.

One pass, in time linear in the document: a selection is visited once, a fragment once however often it is spread.
The document need not be valid yet: fragments may be unknown or spread themselves, fields need not exist.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
)

from bff.admission.sizes import Sizes
from bff.admission.weights import DEFAULT_LIST_SIZE, UNKNOWN, Fields, FieldWeight, Shape, Weights

# 22 fragments that each spread the next one twice are millions of fields, 200 of them are a number of 60 digits: what
# is counted stops at the largest whole number that every JSON reader keeps.
CEILING: Final = 2**53 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """The figures of a document; a fragment counts wherever it is spread, and none of them exceeds `CEILING`.

    `depth` is the number of fields on the longest way from a root field to a leaf; `height` the number of all
    selections (fields, spreads and inline fragments), each on a line of its own; `root_fields` that of the fields at
    an operation's top. `tokens` counts comments too. All of a document is validated, so aliases, directives and height
    are sums over its operations, depth and root fields the most that one has. `cost` is that of the operation that
    runs, at its variables' values.

    `fault` says why the document cannot be valid; `visits` counts the nodes that were looked at.
    """

    tokens: int
    depth: int
    height: int
    aliases: int
    root_fields: int
    directives: int
    cost: int
    fault: str | None
    visits: int


def measure(
    document: DocumentNode, operation: OperationDefinitionNode, variables: Mapping[str, Any], weights: Weights
) -> Measured:
    """Measure a document of which `operation` shall run, with `variables` as they came."""
    walk = _Walk(document, Sizes(operation, variables), weights)
    # First, since a fragment is weighed once, and with this operation's variables.
    running = walk.total(operation)
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    sums = [running, *(walk.total(each) for each in operations if each is not operation)]
    sums.extend(walk.total(each) for each in walk.unused())
    whole = _Sum()
    for each in sums:
        whole.add(each)
    return Measured(
        tokens=document.token_count,
        depth=whole.depth,
        height=whole.height,
        aliases=whole.aliases,
        root_fields=max(each.breadth for each in sums),
        directives=whole.directives,
        cost=running.cost,
        fault=walk.fault,
        visits=walk.visits,
    )


class _Sum:
    """What some selections add up to; `sized` is the cost for each item of the page that they are selected on."""

    __slots__ = ("aliases", "breadth", "cost", "depth", "directives", "height", "sized")

    def __init__(self, *, aliases: int = 0, directives: int = 0) -> None:
        self.depth = 0
        self.breadth = 0
        self.height = 0
        self.aliases = aliases
        self.directives = directives
        self.cost = 0
        self.sized = 0

    def add(self, other: "_Sum") -> None:
        """Put others beside these."""
        self.depth = max(self.depth, other.depth)
        self.breadth = min(self.breadth + other.breadth, CEILING)
        self.height = min(self.height + other.height, CEILING)
        self.aliases = min(self.aliases + other.aliases, CEILING)
        self.directives = min(self.directives + other.directives, CEILING)
        self.cost = min(self.cost + other.cost, CEILING)
        self.sized = min(self.sized + other.sized, CEILING)

    def put_below(self, field: FieldWeight, size: int) -> None:
        """Become the sum of one field with these selections."""
        self.depth += 1
        self.breadth = 1
        items = size if field.shape is Shape.PAGE else DEFAULT_LIST_SIZE
        cost = field.weight + self.cost + items * self.sized
        if field.shape is Shape.LIST:
            cost *= size
        cost = min(cost, CEILING)
        self.cost, self.sized = (0, cost) if field.shape is Shape.SIZED else (cost, 0)


Root = OperationDefinitionNode | FragmentDefinitionNode


@dataclass(slots=True)
class _Frame:
    """A node whose selections are being walked, on an object with `fields`; `rest` are those still to come."""

    node: Root | FieldNode | InlineFragmentNode
    fields: Fields
    sum: _Sum
    rest: Iterator[SelectionNode]
    weight: FieldWeight = UNKNOWN
    size: int = 0


class _Walk:
    """Walks without recursion: fragments that spread each other may be nested deeper than Python's stack."""

    def __init__(self, document: DocumentNode, sizes: Sizes, weights: Weights) -> None:
        self.fault: str | None = None
        self.visits = 0
        self._sizes = sizes
        self._weights = weights
        self._definitions = [each for each in document.definitions if isinstance(each, FragmentDefinitionNode)]
        self._fragments = {each.name.value: each for each in self._definitions}
        self._sums: dict[str, _Sum] = {}
        self._open: set[str] = set()

    def unused(self) -> Iterator[FragmentDefinitionNode]:
        """Yield the fragments that nothing walked so far has spread, and the namesakes of others."""
        for each in self._definitions:
            name = each.name.value
            if name not in self._sums or self._fragments[name] is not each:
                yield each

    def total(self, root: Root) -> _Sum:
        """Return what all selections of an operation or a fragment add up to."""
        frames = [self._root(root)]
        while True:
            frame = frames[-1]
            node = next(frame.rest, None)
            if node is not None:
                self.visits += 1
                frame.sum.height += 1
                frames.extend(self._entered(node, frame))
                continue
            frames.pop()
            self._leave(frame)
            if not frames:
                return frame.sum
            frames[-1].sum.add(frame.sum)

    def _root(self, node: Root) -> _Frame:
        definitions = node.variable_definitions or ()
        self.visits += 1 + len(definitions)
        directives = len(node.directives or ()) + sum(len(each.directives or ()) for each in definitions)
        if isinstance(node, FragmentDefinitionNode):
            self._open.add(node.name.value)
            fields = self._weights.fields(node.type_condition.name.value)
        else:
            fields = self._weights.root(node)
        return _Frame(node, fields, _Sum(directives=directives), _selections(node))

    def _entered(self, node: SelectionNode, frame: _Frame) -> Iterator[_Frame]:
        """Yield the frame to walk next; none for a fragment whose sum is known, or that cannot be walked."""
        match node:
            case FieldNode():
                weight = frame.fields.get(node.name.value, UNKNOWN)
                total = _Sum(aliases=int(node.alias is not None), directives=len(node.directives or ()))
                fields = self._weights.fields(weight.returns)
                yield _Frame(node, fields, total, _selections(node), weight, self._size(node, weight))
            case InlineFragmentNode():
                condition = node.type_condition
                fields = self._weights.fields(condition.name.value) if condition else frame.fields
                yield _Frame(node, fields, _Sum(directives=len(node.directives or ())), _selections(node))
            case FragmentSpreadNode():
                frame.sum.directives += len(node.directives or ())
                yield from self._spread(node, frame)
            case _:
                return

    def _spread(self, node: FragmentSpreadNode, frame: _Frame) -> Iterator[_Frame]:
        name = node.name.value
        if name in self._sums:
            frame.sum.add(self._sums[name])
        elif name in self._open:
            self._blame(node, "spreads a fragment inside itself")
        elif name in self._fragments:
            yield self._root(self._fragments[name])
        else:
            self._blame(node, "spreads a fragment that the document does not define")

    def _leave(self, frame: _Frame) -> None:
        match frame.node:
            case FieldNode():
                frame.sum.put_below(frame.weight, frame.size)
            case FragmentDefinitionNode():
                self._open.discard(frame.node.name.value)
                self._sums[frame.node.name.value] = frame.sum
            case _:
                return

    def _size(self, node: FieldNode, weight: FieldWeight) -> int:
        if not weight.slicing:
            return weight.assumed
        self.visits += len(node.arguments or ())
        given = self._sizes.given(node, weight)
        if weight.exactly_one and len(given) != 1:
            self._blame(node, f"needs one of the arguments {', '.join(weight.slicing)}, and no other of them")
        return max(given, default=weight.assumed)

    def _blame(self, node: FieldNode | FragmentSpreadNode, what: str) -> None:
        """Note the first fault, without words of the client's."""
        line = node.loc.start_token.line if node.loc else 0
        self.fault = self.fault or f"Line {line} {what}."


def _selections(node: Root | FieldNode | InlineFragmentNode) -> Iterator[SelectionNode]:
    return iter(node.selection_set.selections if node.selection_set else ())
