"""Which operation of a document runs, and whether it may run for nobody."""

from collections.abc import Iterator
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
)

from bff.refusals import Refused, unauthenticated
from schema.common.principals import Principal

_ROOTS: Final = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


def chosen_operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """Return the operation to run; raise `Refused` where the name leaves a choice or none."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is not None:
        operations = [each for each in operations if each.name and each.name.value == name]
    if len(operations) != 1:
        message = "operationName must name one operation of the document."
        raise Refused(400, "BAD_USER_INPUT", message)
    return operations[0]


def admit(
    document: DocumentNode, operation: OperationDefinitionNode, principal: Principal, public: frozenset[str]
) -> None:
    """Let anybody run an operation whose root fields are all in `public`; raise `Refused` 401 for others' sake.

    Introspection (`__schema`, `__type`, `__typename`) is public here: whether it is on at all is validation's business.
    """
    if principal.id is not None:
        return
    root = _ROOTS[operation.operation.value]
    fields = _root_fields(operation.selection_set, _fragments(document), set())
    if not all(name.startswith("__") or f"{root}.{name}" in public for name in fields):
        raise unauthenticated()


def _fragments(document: DocumentNode) -> dict[str, FragmentDefinitionNode]:
    return {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}


def _root_fields(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], seen: set[str]
) -> Iterator[str]:
    """Walk the root level, each fragment once: a document's size bounds the work."""
    for node in selections.selections:
        match node:
            case FieldNode():
                yield node.name.value
            case InlineFragmentNode():
                yield from _root_fields(node.selection_set, fragments, seen)
            case FragmentSpreadNode() if node.name.value not in seen:
                seen.add(node.name.value)
                yield from _root_fields(fragments[node.name.value].selection_set, fragments, seen)
            case _:
                continue
