"""Which operation of a document runs, and whether it may run for nobody."""

from collections.abc import Iterator
from typing import Final

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
)

from bff.answers.messages import Message
from bff.refusals import InvalidRequest, Refused, unauthenticated
from schema.common.principals import Principal

_ROOTS: Final = {"query": "Query", "mutation": "Mutation", "subscription": "Subscription"}


def chosen_operation(document: DocumentNode, name: str | None) -> OperationDefinitionNode:
    """Return the operation to run; raise `InvalidRequest` where the name leaves a choice or none."""
    operations = [each for each in document.definitions if isinstance(each, OperationDefinitionNode)]
    if name is not None:
        operations = [each for each in operations if each.name and each.name.value == name]
    if len(operations) != 1:
        raise InvalidRequest([GraphQLError("operationName must name one operation of the document.")])
    return operations[0]


def check_method(method: str, operation: OperationDefinitionNode) -> None:
    """Let nothing but queries come by GET, which must not change anything; raise `Refused` 405."""
    if method == "GET" and operation.operation is not OperationType.QUERY:
        kind = {"operation": operation.operation.value}
        raise Refused(405, "BAD_USER_INPUT", Message.NOT_BY_GET, {"Allow": "POST"}, kind)


def admit(
    document: DocumentNode, operation: OperationDefinitionNode, principal: Principal, public: frozenset[str]
) -> None:
    """Let anybody run an operation whose root fields are all in `public`; raise `Refused` 401 for others' sake.

    Introspection (`__schema`, `__type`, `__typename`) is public here: whether it is on at all is validation's business.
    """
    if principal.id is not None:
        return
    names = {node.name.value for node in root_fields(document, operation)}
    if not all(name.startswith("__") or coordinate(operation, name) in public for name in names):
        raise unauthenticated()


def coordinate(operation: OperationDefinitionNode, field: str) -> str:
    """Return a root field as the schema knows it: `Mutation.signIn`."""
    return f"{_ROOTS[operation.operation.value]}.{field}"


def root_fields(document: DocumentNode, operation: OperationDefinitionNode) -> Iterator[FieldNode]:
    """Walk the root level through fragments, each once, whatever is skipped: a document's size bounds the work."""
    fragments = {each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)}
    return _fields(operation.selection_set, fragments, set())


def _fields(
    selections: SelectionSetNode, fragments: dict[str, FragmentDefinitionNode], seen: set[str]
) -> Iterator[FieldNode]:
    for node in selections.selections:
        match node:
            case FieldNode():
                yield node
            case InlineFragmentNode():
                yield from _fields(node.selection_set, fragments, seen)
            case FragmentSpreadNode() if node.name.value not in seen:
                seen.add(node.name.value)
                yield from _fields(fragments[node.name.value].selection_set, fragments, seen)
            case _:
                continue
