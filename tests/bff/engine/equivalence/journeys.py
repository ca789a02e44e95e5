"""The operations that journeys send: every text in their modules that begins like one."""

import ast
import importlib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

JOURNEYS: Final = Path(__file__).parents[3] / "journeys"
_OPERATION: Final = re.compile(r"\s*((query|mutation|subscription)\b[\s\w]*[({]|\{\s*\w+\s*[({])")


def operations() -> Mapping[str, str]:
    """Return them by what shows where they are from; of the same text, one."""
    found: dict[str, str] = {}
    for file in sorted(JOURNEYS.glob("*.py")):
        module = importlib.import_module(f"tests.journeys.{file.stem}")
        for line, text in operations_in(file.read_text(encoding="utf-8"), vars(module)):
            found.setdefault(text, f"{file.name}:{line}")
    return {place: text for text, place in found.items()}


def operations_in(source: str, names: Mapping[str, Any]) -> Iterator[tuple[int, str]]:
    """Find the operations in a module, given what its names stand for; a text that is put together has to have one."""
    tree = ast.parse(source)
    named = {each.value: each.targets[0] for each in tree.body if isinstance(each, ast.Assign)}
    pieces = {each for whole in ast.walk(tree) if isinstance(whole, ast.JoinedStr) for each in whole.values}
    for node in ast.walk(tree):
        match node:
            case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]) if _OPERATION.match(text):
                target = named.get(node)
                assert isinstance(target, ast.Name), f"the operation at line {node.lineno} has no name"
                yield node.lineno, names[target.id]
            case ast.Constant(value=str(text)) if node not in pieces and _OPERATION.match(text):
                yield node.lineno, text
