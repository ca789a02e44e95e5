"""What an operation uses up: its root fields, as often as they will run."""

import string
from collections import Counter
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from graphql import (
    DocumentNode,
    FieldNode,
    GraphQLError,
    GraphQLIncludeDirective,
    GraphQLSchema,
    GraphQLSkipDirective,
    OperationDefinitionNode,
    OperationType,
    VariableValues,
    get_argument_values,
    get_directive_values,
)

from bff.admission.operation import coordinate, root_fields


class Use(NamedTuple):
    """One use of a root field, such as `Mutation.signIn`; `login` is whose account it is about, if it says so."""

    field: str
    login: str | None = None


REQUEST: Final = Use("*")
# What a request costs before it is read. The uses of its operation count what it costs beyond that.
ONE_REQUEST: Final[Mapping[Use, int]] = MappingProxyType({REQUEST: 1})


def operation_uses(
    schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode, variables: VariableValues
) -> Mapping[Use, int]:
    """Count the root fields of a valid operation, `variables` coerced; each is one more request after the first.

    Every response key runs once, however often and in whatever fragments it is written. A field with a `@skip` or
    `@include` that keeps it from running does not count; in a fragment that is left out as a whole, it does.
    """
    running: dict[str, FieldNode] = {}
    for node in root_fields(document, operation):
        if _runs(node, variables):
            running.setdefault(node.alias.value if node.alias else node.name.value, node)
    uses: Counter[Use] = Counter()
    for node in running.values():
        login = _login(schema, node, variables) if operation.operation is OperationType.MUTATION else None
        uses[Use(coordinate(operation, node.name.value), login)] += 1
    if len(running) > 1:
        uses[REQUEST] = len(running) - 1
    return uses


def same_login(typed: str) -> str:
    """Return a form that all spellings of a login share: a CPF's and a CRM's digits, an e-mail in lower case.

    Nobody gets more attempts by dots, dashes or leading zeros. It may be the same for two people (two states have a
    CRM of one number): they then share their attempts.
    """
    if "@" not in typed:
        digits = "".join(each for each in typed if each in string.digits).lstrip("0")
        if digits:
            return digits
    return typed.strip().lower()


def _runs(node: FieldNode, variables: VariableValues) -> bool:
    try:
        skip = get_directive_values(GraphQLSkipDirective, node, variables)
        include = get_directive_values(GraphQLIncludeDirective, node, variables)
    except GraphQLError:
        # A variable with a default that was given as null. Execution will say so.
        return True
    return not (skip and skip["if"]) and not (include and not include["if"])


def _login(schema: GraphQLSchema, node: FieldNode, variables: VariableValues) -> str | None:
    """Return whose account a mutation's `input.login` names."""
    field = schema.mutation_type.fields.get(node.name.value) if schema.mutation_type else None
    if field is None:
        return None
    try:
        arguments = get_argument_values(field, node, variables)
    except GraphQLError:
        # As above: the field has no arguments to run with.
        return None
    match arguments:
        case {"input": {"login": str(login)}}:
            return same_login(login)
        case _:
            return None
