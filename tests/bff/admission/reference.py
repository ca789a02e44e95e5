"""The rule's figures by the book: every fragment is written out where it is spread, and graphql-core reads all values.

Slow, and without an end for hostile documents.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    get_argument_values,
    get_named_type,
    get_nullable_type,
    is_composite_type,
    is_introspection_type,
    is_list_type,
    value_from_ast_untyped,
)
from graphql.execution.values import get_variable_values

from bff.admission.measure import CEILING


@dataclass(frozen=True)
class Page:
    """The size that a field gives to lists of its object."""

    size: int
    lists: tuple[str, ...]


NO_PAGE = Page(10, ())


class Reference:
    """Depth, height and cost of one operation."""

    def __init__(
        self,
        schema: GraphQLSchema,
        document: DocumentNode,
        operation: OperationDefinitionNode,
        variables: Mapping[str, Any],
    ) -> None:
        self.schema = schema
        self.operation = operation
        self.fragments = {
            each.name.value: each for each in document.definitions if isinstance(each, FragmentDefinitionNode)
        }
        coerced = get_variable_values(schema, operation.variable_definitions or (), dict(variables))
        assert not isinstance(coerced, list), coerced
        self.variables = coerced
        root = schema.get_root_type(operation.operation)
        assert root
        self.root = root

    def depth(self) -> int:
        """Return the fields on the longest way down."""
        return self._depth(self.operation.selection_set)

    def height(self) -> int:
        """Return the number of selections."""
        return self._height(self.operation.selection_set)

    def cost(self) -> int:
        """Return what the specification's directives add up to."""
        return min(self._cost(self.operation.selection_set, self.root, NO_PAGE), CEILING)

    def _fields(
        self, selections: SelectionSetNode | None, parent: GraphQLNamedType | None
    ) -> Iterator[tuple[FieldNode, GraphQLNamedType | None]]:
        for node in selections.selections if selections else ():
            match node:
                case FieldNode():
                    yield node, parent
                case InlineFragmentNode():
                    condition = node.type_condition
                    on = self.schema.get_type(condition.name.value) if condition else parent
                    yield from self._fields(node.selection_set, on)
                case FragmentSpreadNode():
                    fragment = self.fragments[node.name.value]
                    on = self.schema.get_type(fragment.type_condition.name.value)
                    yield from self._fields(fragment.selection_set, on)
                case _:
                    raise AssertionError(node)

    def _depth(self, selections: SelectionSetNode | None) -> int:
        return max((1 + self._depth(node.selection_set) for node, _ in self._fields(selections, None)), default=0)

    def _height(self, selections: SelectionSetNode | None) -> int:
        return sum(1 + self._height(self._below(node)) for node in (selections.selections if selections else ()))

    def _below(self, node: SelectionNode) -> SelectionSetNode | None:
        match node:
            case FieldNode() | InlineFragmentNode():
                return node.selection_set
            case FragmentSpreadNode():
                return self.fragments[node.name.value].selection_set
            case _:
                raise AssertionError(node)

    def _cost(self, selections: SelectionSetNode | None, parent: GraphQLNamedType, page: Page) -> int:
        return sum(self._field_cost(node, on or parent, page) for node, on in self._fields(selections, parent))

    def _field_cost(self, node: FieldNode, parent: GraphQLNamedType, page: Page) -> int:
        name = node.name.value
        if name.startswith("__") or is_introspection_type(parent):
            return 0
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        field = parent.fields[name]
        shown = get_named_type(field.type)
        usual = 10 if parent is self.schema.mutation_type else 1 if is_composite_type(shown) else 0
        weight = int(said(field, "cost").get("weight", usual))
        size = said(field, "listSize")
        lists = tuple(size.get("sizedFields", ()))
        asked = self._asked(node, field, size)
        each = weight + self._cost(node.selection_set, shown, Page(asked, lists) if lists else NO_PAGE)
        if name in page.lists:
            return page.size * each
        return asked * each if is_list_type(get_nullable_type(field.type)) else each

    def _asked(self, node: FieldNode, field: GraphQLField, size: Mapping[str, Any]) -> int:
        """Return what the slicing arguments say; null says what the default does."""
        values = get_argument_values(field, node, self.variables)
        names = size.get("slicingArguments", ())
        given = [default(field, name) if values.get(name) is None else values[name] for name in names]
        assumed: int = size.get("assumedSize", 10)
        return max((max(0, each) for each in given if each is not None), default=assumed)


def default(field: GraphQLField, name: str) -> int | None:
    argument = field.args[name].ast_node
    value: int | None = value_from_ast_untyped(argument.default_value) if argument and argument.default_value else None
    return value


def said(field: GraphQLField, directive: str) -> dict[str, Any]:
    assert field.ast_node
    for used in field.ast_node.directives or ():
        if used.name.value == directive:
            return {each.name.value: value_from_ast_untyped(each.value) for each in used.arguments or ()}
    return {}
