"""How long the lists of an operation are at most: their slicing arguments, at the values that will be used."""

from collections.abc import Mapping
from typing import Any, Final

from graphql import FieldNode, IntValueNode, OperationDefinitionNode, ValueNode, VariableNode

from bff.admission.weights import FieldWeight

_INTS: Final = range(-(2**31), 2**31)
# Longer literals are none; Python refuses to read the longest.
_INT_CHARACTERS: Final = 11


class Sizes:
    """The sizes that one operation asks for, with variables as they came.

    What GraphQL's Int does not take has no value here, as if it were not there: validation or coercion will refuse it.
    """

    def __init__(self, operation: OperationDefinitionNode, variables: Mapping[str, Any]) -> None:
        self._values: Final[dict[str, int | None]] = {}
        for each in operation.variable_definitions or ():
            name = each.variable.name.value
            given = name in variables
            self._values[name] = _int(variables[name]) if given else self._value(each.default_value)

    @property
    def values(self) -> tuple[int | None, ...]:
        """The values of the operation's variables, in the order of their definitions; None for what is no Int."""
        return tuple(self._values.values())

    def given(self, field: FieldNode, weight: FieldWeight) -> list[int]:
        """Return the values of a field's slicing arguments; an absent one or null counts as its default."""
        said = {
            each.name.value: self._value(each.value)
            for each in field.arguments or ()
            if each.name.value in weight.slicing
        }
        values = (default if said.get(name) is None else said[name] for name, default in weight.slicing.items())
        return [max(each, 0) for each in values if each is not None]

    def _value(self, node: ValueNode | None) -> int | None:
        match node:
            case IntValueNode() if len(node.value) <= _INT_CHARACTERS:
                return _int(int(node.value))
            case VariableNode():
                return self._values.get(node.name.value)
            case _:
                return None


def _int(value: object) -> int | None:
    """Read a value as GraphQL's Int does: 5.0 is 5, and true is none."""
    if isinstance(value, float) and value.is_integer():
        return _int(int(value))
    return value if isinstance(value, int) and not isinstance(value, bool) and value in _INTS else None
