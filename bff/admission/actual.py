"""What an answer cost: the values that came, with the weights that the estimate counted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from bff.admission.weights import UNKNOWN, Fields, Weights

_Selected = tuple[SelectionSetNode, Fields]


@dataclass(frozen=True, slots=True)
class _Value:
    """What one value of a response key costs, and what is below it."""

    weight: int
    below: Mapping[str, "_Value"]


def actual_cost(
    document: DocumentNode, operation: OperationDefinitionNode, data: Mapping[str, Any] | None, weights: Weights
) -> int:
    """Return the cost of an operation's `data`; the document is valid, and within the limits of depth and height.

    Null costs nothing. Where types of a union weigh a response key differently, the heaviest counts: the data does not
    say of which type an object is.
    """
    plan = _Plan(document, weights)
    return _cost(data, _Value(0, plan.below([(operation.selection_set, weights.root(operation))])))


def _cost(data: object, value: _Value) -> int:
    if data is None:
        return 0
    if isinstance(data, list):
        return sum(_cost(item, value) for item in data)
    below = sum(_cost(data.get(key), each) for key, each in value.below.items()) if isinstance(data, dict) else 0
    return value.weight + below


class _Plan:
    """The response keys of an operation, with what costs nothing left out."""

    def __init__(self, document: DocumentNode, weights: Weights) -> None:
        self._weights: Final = weights
        self._fragments: Final = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }

    def below(self, selected: list[_Selected]) -> Mapping[str, _Value]:
        """Merge the selections on one object by their response keys."""
        heaviest: dict[str, int] = {}
        selections: dict[str, list[_Selected]] = {}
        for node, fields in self._fields(selected):
            key = node.alias.value if node.alias else node.name.value
            field = fields.get(node.name.value, UNKNOWN)
            heaviest[key] = max(heaviest.get(key, 0), field.weight)
            if node.selection_set:
                selections.setdefault(key, []).append((node.selection_set, self._weights.fields(field.returns)))
        values = {key: _Value(weight, self.below(selections.get(key, []))) for key, weight in heaviest.items()}
        return {key: value for key, value in values.items() if value.weight or value.below}

    def _fields(self, selected: list[_Selected]) -> Iterable[tuple[FieldNode, Fields]]:
        """Yield the fields on one object, through fragments, each fragment once."""
        waiting, spread = [*selected], set[str]()
        while waiting:
            selections, fields = waiting.pop()
            for node in selections.selections:
                match node:
                    case FieldNode():
                        yield node, fields
                    case InlineFragmentNode():
                        condition = node.type_condition
                        on = self._weights.fields(condition.name.value) if condition else fields
                        waiting.append((node.selection_set, on))
                    case FragmentSpreadNode() if node.name.value not in spread:
                        spread.add(node.name.value)
                        fragment = self._fragments[node.name.value]
                        on = self._weights.fields(fragment.type_condition.name.value)
                        waiting.append((fragment.selection_set, on))
                    case _:
                        continue
