"""Nothing that the BFF or a graph says is left untranslated."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Final, get_args

import pytest

from bff.answers.messages import Message
from schema.common.messages import InputMistake, Language, Saying

ROOT = Path(__file__).parents[3]
LANGUAGES: tuple[Language, ...] = get_args(Language)
SAYINGS: list[Saying] = [*Message, *InputMistake]
# What Apollo's clients look for, word for word.
UNTRANSLATED: Final = {Message.PERSISTED_QUERY_NOT_FOUND, Message.PERSISTED_QUERY_NOT_SUPPORTED}

each_saying = pytest.mark.parametrize("saying", SAYINGS, ids=str)


def figures(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


class Named(dict[str, str]):
    """Figures that show their own names."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


@each_saying
def test_everything_is_said_in_both_languages(saying: Saying) -> None:
    portuguese, english = (saying.text(language, Named()) for language in LANGUAGES)
    if saying in UNTRANSLATED:
        assert portuguese == english
    else:
        assert portuguese != english
        assert portuguese.endswith((".", "}"))
        assert english.endswith((".", "}"))


@each_saying
def test_both_languages_give_the_same_figures(saying: Saying) -> None:
    portuguese, english = (figures(saying.text(language, Named())) for language in LANGUAGES)
    assert portuguese == english


@pytest.mark.parametrize("kind", [Message, InputMistake])
def test_each_text_has_one_name(kind: type[Saying]) -> None:
    """Two names of one text would be one member of the enum, and one of them forgotten."""
    assert len(kind) == len(kind.__members__)


def test_figures_are_filled_in() -> None:
    assert Message.BODY_TOO_LARGE.text("en", {"maximum": 5}) == "The body is larger than 5 bytes."
    assert Message.BODY_TOO_LARGE.text("pt-BR", {"maximum": 5, "more": 1}) == "O corpo passa de 5 bytes."


def test_a_missing_figure_is_a_fault() -> None:
    """It fails where the refusal is made, in the test of whatever makes it."""
    with pytest.raises(KeyError):
        Message.BODY_TOO_LARGE.text("en")


def raised(folder: str, name: str, position: int) -> Iterator[tuple[str, ast.expr]]:
    """Find what each call of `name` below `folder` is given as its text: the argument at a position."""
    for file in sorted((ROOT / folder).rglob("*.py")):
        if "node_modules" in file.parts:
            continue
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name:
                yield f"{file.relative_to(ROOT)}:{node.lineno}", node.args[position]


def is_member(argument: ast.expr, kind: type[Saying]) -> bool:
    """Say whether the argument is written `Message.X`, or as a name, which the type checker holds to that."""
    if isinstance(argument, ast.Attribute):
        return isinstance(argument.value, ast.Name) and argument.value.id == kind.__name__
    return isinstance(argument, ast.Name | ast.Subscript)


def test_a_query_refuses_by_a_name_that_has_its_texts() -> None:
    found = list(raised("schema", "BadUserInput", 0))
    assert len(found) >= 5
    assert [place for place, argument in found if not is_member(argument, InputMistake)] == []


def test_the_bff_refuses_by_a_name_that_has_its_texts() -> None:
    found = list(raised("bff", "Refused", 2))
    assert len(found) >= 10
    assert [place for place, argument in found if not is_member(argument, Message)] == []


@pytest.mark.parametrize("kind", [Message])
def test_nothing_is_translated_that_nobody_says(kind: type[Saying]) -> None:
    said = {
        node.attr
        for file in (ROOT / "bff").rglob("*.py")
        if "node_modules" not in file.parts
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == kind.__name__
    }
    assert kind.__members__.keys() - said == set()
