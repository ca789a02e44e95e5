"""The tables of docs/request-path.md, as tests walk them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
_DOCUMENT: Final = ROOT / "docs" / "request-path.md"


@dataclass(frozen=True, slots=True)
class Row:
    """A row that refuses something: in which step, with which answers (one for each media type), and what with them."""

    step: int
    refuses: str
    answers: tuple[str, ...]
    code: str
    beside: str


def rows(heading: str) -> list[Row]:
    """Return the rows of the table below a heading."""
    found: list[Row] = []
    step = 0
    for number, _, _, refuses, answers, code, beside in _cells(heading):
        step = int(number) if number else step
        if refuses:
            plain = tuple(each.strip(" `") for each in answers.split(","))
            found.append(Row(step, refuses, plain, code.strip("`"), beside.strip("`")))
    return found


def files(heading: str) -> set[str]:
    """Return the files that the table below a heading names, without their folders."""
    return {name.rpartition("/")[2] for cells in _cells(heading) for name in re.findall("`(.+?)`", cells[2])}


def _cells(heading: str) -> list[list[str]]:
    (section,) = re.findall(rf"^#+ {heading}\n(.*?)(?=^#|\Z)", _DOCUMENT.read_text(), re.MULTILINE | re.DOTALL)
    table = re.findall(r"^\| (?:\d+ )?\|.*$", section, re.MULTILINE)
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in table]
    assert {len(each) for each in cells} == {7}
    return cells
