"""The example operations of each audience: `examples/<audience>/NN-name.graphql`, in the order of their names.

A file starts with a comment: its title, then its description. Variables lie beside it as `.json`, with placeholders
that the page fills in (`app/src/fill.js`).
"""

from dataclasses import dataclass
from itertools import dropwhile, takewhile
from pathlib import Path
from typing import Final

from graphql import OperationDefinitionNode, parse

from schema.common.principals import Audience

EXAMPLES: Final = Path(__file__).parent / "examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One operation to try: `kind` is query, mutation or subscription, `variables` a JSON text or empty."""

    name: str
    title: str
    description: str
    kind: str
    operation: str | None
    query: str
    variables: str


def examples_of(audience: Audience) -> list[Example]:
    """Read an audience's examples. Raises GraphQLSyntaxError where one is not GraphQL."""
    return [_read(file) for file in sorted((EXAMPLES / audience).glob("*.graphql"))]


def _read(file: Path) -> Example:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    title, *description = [line.removeprefix("# ").strip() for line in takewhile(_is_comment, lines)]
    query = "".join(dropwhile(_is_comment, lines))
    operation = next(node for node in parse(query).definitions if isinstance(node, OperationDefinitionNode))
    variables = file.with_suffix(".json")
    return Example(
        name=file.stem,
        title=title,
        description=" ".join(description),
        kind=operation.operation.value,
        operation=operation.name.value if operation.name else None,
        query=query,
        variables=variables.read_text(encoding="utf-8").rstrip() if variables.exists() else "",
    )


def _is_comment(line: str) -> bool:
    return line.startswith("#")
