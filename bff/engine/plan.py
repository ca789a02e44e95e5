"""A plan: what an operation asks of each type, worked out once and then executed again and again.

It holds for one operation of one document and one set of values of those variables that `@skip` and `@include` ask.
Below an interface or a union there is a selection for each type that values turn out to be of, worked out at its first.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from inspect import iscoroutinefunction
from typing import Any, Final

from graphql import (
    FragmentDefinitionNode,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    VariableNode,
    get_named_type,
    is_abstract_type,
    is_object_type,
)
from graphql.execution.collect_fields import FieldDetailsList, GroupedFieldSet, collect_fields, collect_subfields
from graphql.execution.values import VariableValues
from graphql.language import DirectiveNode, Visitor, visit

from bff.engine.execution import Execution
from bff.engine.fields import Field, LoadedField, field_of, resolver_of

TYPENAME: Final = "__typename"
_SWITCHES: Final = frozenset({"skip", "include"})


@dataclass(frozen=True, slots=True)
class Selection:
    """What is asked of one type: the answer for an object before its fields are there, and the fields."""

    template: dict[str, Any]
    fields: list[Field]


@dataclass(frozen=True, slots=True)
class Plan:
    """The selection of an operation's root."""

    schema: GraphQLSchema
    root: Selection

    def describe(self) -> list[dict[str, list[str]]]:
        """Return for each level which loaders it asks, and for which fields; resolvers that wait are `called`.

        Types that no value has been of yet are worked out for it.
        """
        levels: list[dict[str, list[str]]] = []
        for depth, asked, path in self._asked(self.root, "", 0):
            levels.extend({} for _ in range(depth + 1 - len(levels)))
            levels[depth].setdefault(asked, []).append(path)
        return levels

    def _asked(self, selection: Selection, before: str, depth: int) -> Iterator[tuple[int, str, str]]:
        for field in selection.fields:
            path = f"{before}{field.name}"
            asked = _asked(field)
            if asked:
                yield depth, asked, path
            shown = get_named_type(field.definition.type)
            if is_object_type(shown):
                yield from self._asked(field.selection(shown), f"{path}.", depth + bool(asked))
            elif is_abstract_type(shown):
                for type_ in self.schema.get_possible_types(shown):
                    yield from self._asked(field.selection(type_), f"{path}<{type_}>.", depth + bool(asked))


def plan(execution: Execution, variables: VariableValues) -> Plan:
    """Plan an operation. `variables` are those that its switches ask: a plan remembers nothing else of a request."""
    root_type = execution.schema.get_root_type(execution.operation.operation)
    if root_type is None:
        message = "a valid document has a root type"
        raise TypeError(message)
    compiler = _Compiler(execution, variables)
    return Plan(execution.schema, compiler.root(root_type))


def switches(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> frozenset[str]:
    """Return the variables that decide which fields there are."""
    found = _Switches()
    for node in (operation, *fragments.values()):
        visit(node, found)
    return frozenset(found.names)


class _Switches(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def enter_directive(self, node: DirectiveNode, *_: Any) -> None:  # noqa: ANN401  graphql-core's visitor
        if node.name.value in _SWITCHES:
            values = [argument.value for argument in node.arguments or ()]
            self.names.update(value.name.value for value in values if isinstance(value, VariableNode))


class _Compiler:
    """Works selections out. It keeps of the execution only what is the same for each of the plan's."""

    def __init__(self, execution: Execution, variables: VariableValues) -> None:
        self._schema: Final = execution.schema
        self._operation: Final = execution.operation
        self._known: Final = (execution.schema, execution.fragments, variables)

    def root(self, type_: GraphQLObjectType) -> Selection:
        return self._selection(type_, collect_fields(*self._known, type_, self._operation).grouped_field_set)

    def below(self, type_: GraphQLObjectType, details: FieldDetailsList) -> Selection:
        collected = collect_subfields(*self._known, self._operation, type_, details)
        return self._selection(type_, collected.grouped_field_set)

    def _selection(self, type_: GraphQLObjectType, grouped: GroupedFieldSet) -> Selection:
        selection = Selection({}, [])
        for name, details in grouped.items():
            asked = details[0].node.name.value
            definition = self._schema.get_field(type_, asked)
            if definition is not None:
                selection.template[name] = type_.name if asked == TYPENAME else None
                if asked != TYPENAME:
                    selection.fields.append(field_of(self._schema, definition, name, type_, details, self.below))
        return selection


def _asked(field: Field) -> str | None:
    if isinstance(field, LoadedField):
        return field.load.loader.__name__
    return "called" if iscoroutinefunction(resolver_of(field.definition)) else None
