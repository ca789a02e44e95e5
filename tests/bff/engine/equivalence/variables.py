"""Variables for an operation that somebody has written: what the downstreams know, mostly."""

from random import Random
from typing import Any, Final

from graphql import (
    ArgumentNode,
    DocumentNode,
    FieldNode,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    Visitor,
    type_from_ast,
    visit,
)

from tests.bff.engine.equivalence.documents import Author
from tests.bff.engine.equivalence.graphs import suggest
from tests.budget.writes import LOGIN, SESSION

_KNOWN: Final = {
    "login": LOGIN,
    "session": SESSION,
    "password": "HealthMed-2026!",
    "newPassword": "HealthMed-2026!",
    "timeZone": "America/Sao_Paulo",
    "code": "123456",
}


def variables(graph: GraphQLSchema, document: DocumentNode, chance: Random) -> dict[str, Any]:
    """Choose a value for each variable of the operation; ids are of what the field is about."""
    used = _Used()
    visit(document, used)
    author = Author(graph, chance, _suggest)
    chosen: dict[str, Any] = {}
    (operation,) = (each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    for definition in operation.variable_definitions or ():
        name = definition.variable.name.value
        value = _suggest(chance, *used.places.get(name, ("", name)))
        chosen[name] = author.plain(type_from_ast(graph, definition.type), name) if value is None else value
    return chosen


def _suggest(chance: Random, field_name: str, argument: str) -> str | int | None:
    return _KNOWN.get(argument) or suggest(chance, field_name, argument)


class _Used(Visitor):
    """Finds the field and the argument that each variable is for."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, tuple[str, str]] = {}
        self._field = ""

    def enter_field(self, node: FieldNode, *_: object) -> None:
        """Remember whose arguments follow."""
        self._field = node.name.value

    def enter_argument(self, node: ArgumentNode, *_: object) -> None:
        """Note what a variable is for."""
        if isinstance(node.value, VariableNode):
            self.places[node.value.name.value] = (self._field, node.name.value)
