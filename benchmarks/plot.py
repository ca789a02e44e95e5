"""The comparison as an SVG: a group of bars an operation, each group on a scale of its own."""

from collections.abc import Iterator, Sequence
from html import escape
from typing import Final

from benchmarks.comparing import Compared
from benchmarks.operations import MAIN
from benchmarks.servers import BFF, MERCURIUS

WIDTH: Final = 860
_LABELS: Final = 150
_VALUES: Final = 190
_BAR: Final = 18
_GAP: Final = 6
_TITLE: Final = 34
_WORDS_A_LINE: Final = 115
_COLOURS: Final = {BFF: "#0b7285", MERCURIUS: "#868e96"}
_COLOUR: Final = "#ced4da"
_TITLES: Final = {
    "Q1": "Q1, a patient's home: 20 appointments with doctor and meeting, 20 records; 4 calls, and the audit",
    "Q2": "Q2, who am I: 3 fields; 1 call, and the audit",
    "Q3": "Q3, the ERP's list: 100 appointments with doctor and patient; 3 calls, and the audit",
}


def svg(compared: Sequence[Compared], versions: str) -> str:
    """Return the picture: CPU milliseconds a request, less is better; whiskers from the least to the most."""
    body: list[str] = []
    y = 56
    for operation in MAIN:
        rows = [each for each in compared if each.operation == operation]
        reference = next((each.cpu_ms for each in rows if each.server == MERCURIUS), None)
        body += _text(16, y, _TITLES[operation], weight="600")
        y += 12
        most = max(cost.cpu_ms for each in rows for cost in each.costs)
        for each in rows:
            body += _bar(y, each, most, reference)
            y += _BAR + _GAP
        y += _TITLE
    for line in _wrapped(versions):
        body += _text(16, y, line, size=11, colour="#868e96")
        y += 15
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" viewBox="0 0 {WIDTH} {y}" '
        'font-family="system-ui, sans-serif" role="img" aria-label="CPU time per request of GraphQL servers">'
    )
    title = _text(16, 28, "CPU ms per request, one process on one core: less is better", size=16, weight="700")
    back = f'<rect width="{WIDTH}" height="{y}" fill="#ffffff"/>'
    return "\n".join([head, back, *title, *body, "</svg>", ""])


def _bar(y: int, each: Compared, most: float, reference: float | None) -> Iterator[str]:
    scale = (WIDTH - _LABELS - _VALUES - 32) / most
    middle = y + _BAR / 2
    low, high = (pick(cost.cpu_ms for cost in each.costs) for pick in (min, max))
    start = 16 + _LABELS
    yield from _text(start - 8, y + 13, each.server, anchor="end", weight="600" if each.server == BFF else "400")
    colour = _COLOURS.get(each.server, _COLOUR)
    yield f'<rect x="{start}" y="{y}" width="{each.cpu_ms * scale:.1f}" height="{_BAR}" rx="2" fill="{colour}"/>'
    yield (
        f'<path d="M{start + low * scale:.1f} {middle}H{start + high * scale:.1f}" stroke="#343a40" '
        'stroke-width="1.5" fill="none"/>'
    )
    ratio = f" · {each.cpu_ms / reference:.2f} times" if reference else ""
    yield from _text(start + int(high * scale) + 8, y + 13, f"{each.cpu_ms:.3f} ms{ratio}")


def _text(  # noqa: PLR0913  SVG's own attributes
    x: int, y: int, words: str, *, size: int = 13, weight: str = "400", anchor: str = "start", colour: str = "#212529"
) -> Iterator[str]:
    yield (
        f'<text x="{x}" y="{y}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="{colour}">'
        f"{escape(words)}</text>"
    )


def _wrapped(words: str) -> Iterator[str]:
    line = ""
    for word in words.split(", "):
        if len(line) + len(word) > _WORDS_A_LINE:
            yield line
            line = ""
        line += f"{', ' if line else ''}{word}"
    yield line
