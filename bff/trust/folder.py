"""A folder of `.graphql` files becomes documents: one an operation, each with the fragments that it needs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from graphql import (
    DefinitionNode,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLError,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Node,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    SelectionSetNode,
    Source,
    parse,
    print_ast,
    specified_rules,
    validate,
)

# What is trusted runs in production, where introspection is off.
_RULES: Final = (*specified_rules, NoSchemaIntrospectionCustomRule)


class Faults(Exception):  # noqa: N818  what they are
    """The folder cannot be trusted; the message has a line for each fault: `file:line: what is wrong`."""


def documents_of(folder: Path, schema: GraphQLSchema) -> Sequence[str]:
    """Return the folder's documents, in the order of their files; raise `Faults` where one is not valid.

    A fragment may be written in any file of the folder. Names of operations and of fragments are unique in it.
    """
    found = _Definitions()
    for file in sorted(folder.rglob("*.graphql"), key=lambda each: each.relative_to(folder).parts):
        found.read(file, file.relative_to(folder).as_posix())
    if not found.faults and not found.operations:
        found.faults.append(f"{folder}: no operation in any .graphql file")
    documents = [_document(each, found.fragments) for each in found.operations.values()]
    if not found.faults:
        # What is wrong in a fragment is wrong in each operation that spreads it.
        errors = [_line(error) for document in documents for error in validate(schema, document, _RULES)]
        found.faults.extend(dict.fromkeys(errors))
    if found.faults:
        raise Faults("\n".join(found.faults))
    return [print_ast(document) for document in documents]


@dataclass(frozen=True, slots=True)
class _Definitions:
    operations: dict[str, OperationDefinitionNode] = field(default_factory=dict)
    fragments: dict[str, FragmentDefinitionNode] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def read(self, file: Path, name: str) -> None:
        """Add a file's definitions, or what is wrong with it. Errors will say `name` for the file."""
        try:
            definitions = parse(Source(file.read_text(encoding="utf-8"), name)).definitions
        except GraphQLSyntaxError as error:
            line = error.locations[0].line if error.locations else 1
            self.faults.append(f"{name}:{line}: {error.message}")
        except OSError as failure:
            self.faults.append(f"{name}:1: {failure.strerror}")
        except UnicodeDecodeError:
            self.faults.append(f"{name}:1: not UTF-8")
        else:
            for definition in definitions:
                self._add(definition)

    def _add(self, definition: DefinitionNode) -> None:
        match definition:
            case OperationDefinitionNode(name=None):
                self.faults.append(_at(definition, "an operation needs a name, which logs will know it by"))
            case OperationDefinitionNode(name=name) if name and name.value not in self.operations:
                self.operations[name.value] = definition
            case FragmentDefinitionNode(name=name) if name.value not in self.fragments:
                self.fragments[name.value] = definition
            case OperationDefinitionNode(name=name) | FragmentDefinitionNode(name=name):
                self.faults.append(_at(definition, f"another one has the name {name.value if name else ''}"))
            case _:
                self.faults.append(_at(definition, "neither an operation nor a fragment"))


def _document(operation: OperationDefinitionNode, fragments: Mapping[str, FragmentDefinitionNode]) -> DocumentNode:
    """Return an operation with the fragments that it needs, in the order in which they are met."""
    needed: dict[str, FragmentDefinitionNode] = {}
    unread = [operation.selection_set]
    while unread:
        for name in _spreads(unread.pop(0)):
            # One that is nowhere is for validation to name.
            if name in fragments and name not in needed:
                needed[name] = fragments[name]
                unread.append(fragments[name].selection_set)
    return DocumentNode(definitions=(operation, *needed.values()))


def _spreads(selections: SelectionSetNode) -> Iterator[str]:
    for node in selections.selections:
        match node:
            case FragmentSpreadNode():
                yield node.name.value
            case FieldNode(selection_set=below) | InlineFragmentNode(selection_set=below) if below:
                yield from _spreads(below)
            case _:
                continue


def _line(error: GraphQLError) -> str:
    # Its nodes know the files that they are from; the document, put together from several, has none.
    return _at(next(iter(error.nodes or ()), None), error.message)


def _at(node: Node | None, message: str) -> str:
    place = f"{node.loc.source.name}:{node.loc.start_token.line}: " if node and node.loc else ""
    return f"{place}{message}"
