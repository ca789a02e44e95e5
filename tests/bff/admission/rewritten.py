"""The same operation in other words: selections moved into fragments and spread, page sizes into variables."""

from dataclasses import dataclass, field
from random import Random
from typing import Any

from graphql import (
    FieldNode,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    SelectionSetNode,
    get_named_type,
    parse,
    print_ast,
)

_SIZES = (0, 1, 3, 7.0, 100, 2**31 - 1, None)


@dataclass
class Rewriting:
    """Writes a generated operation anew; `chance` decides what happens to each selection set."""

    schema: GraphQLSchema
    chance: Random
    fragments: list[str] = field(default_factory=list)
    declared: list[str] = field(default_factory=list)
    variables: dict[str, Any] = field(default_factory=dict)

    def text(self, query: str) -> str:
        """Return the document of the rewritten operation, `query`'s only one."""
        (operation,) = parse(query).definitions
        assert isinstance(operation, OperationDefinitionNode)
        root = self.schema.get_root_type(operation.operation)
        assert root
        body = self._selections(operation.selection_set, root)
        declared = f"({', '.join(self.declared)})" if self.declared else ""
        return "\n".join([f"{operation.operation.value} Rewritten{declared} {body}", *self.fragments])

    def _selections(self, selections: SelectionSetNode, parent: GraphQLNamedType) -> str:
        body = "{ " + " ".join(self._selection(each, parent) for each in selections.selections) + " }"
        match self.chance.randrange(4):
            case 0:
                return self._spread(body, parent)
            case 1:
                return f"{{ __typename ... on {parent.name} @include(if: true) {body} }}"
            case _:
                return body

    def _spread(self, body: str, parent: GraphQLNamedType) -> str:
        name = f"F{len(self.fragments)}"
        self.fragments.append(f"fragment {name} on {parent.name} {body}")
        return "{ " + f"...{name} " * self.chance.randint(1, 3) + "}"

    def _selection(self, node: object, parent: GraphQLNamedType) -> str:
        if isinstance(node, InlineFragmentNode):
            assert node.type_condition
            on = self.schema.get_type(node.type_condition.name.value)
            assert on
            return f"... on {on.name} {self._selections(node.selection_set, on)}"
        assert isinstance(node, FieldNode)
        alias = f"{node.alias.value}: " if node.alias else ""
        written = [self._argument(each.name.value, print_ast(each.value)) for each in node.arguments or ()]
        arguments = f"({', '.join(written)})" if written else ""
        if node.selection_set is None:
            return f"{alias}{node.name.value}{arguments}"
        assert isinstance(parent, GraphQLObjectType | GraphQLInterfaceType)
        shown = get_named_type(parent.fields[node.name.value].type)
        return f"{alias}{node.name.value}{arguments} {self._selections(node.selection_set, shown)}"

    def _argument(self, name: str, value: str) -> str:
        if name != "first":
            return f"{name}: {value}"
        variable = f"v{len(self.declared)}"
        self.declared.append(f"${variable}: Int" + self.chance.choice(["", " = 4", " = null"]))
        if self.chance.random() < 0.7:
            self.variables[variable] = self.chance.choice(_SIZES)
        return f"first: ${variable}"
