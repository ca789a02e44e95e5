"""Time in cells of five minutes: whoever holds a cell holds it alone, so two holders never overlap.

A cell is numbered from the epoch. The store keeps one item a person and UTC day, with one attribute a claimed cell.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Final

CELL_MINUTES: Final = 5
CELLS_A_DAY: Final = 24 * 60 // CELL_MINUTES

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CELL: Final = timedelta(minutes=CELL_MINUTES)


def cells_of(starts_at: datetime, ends_at: datetime) -> range:
    """Return the cells that [starts_at, ends_at) touches."""
    return range((starts_at - _EPOCH) // _CELL, -((_EPOCH - ends_at) // _CELL))


def start_of(cell: int) -> datetime:
    """Return the instant at which a cell starts."""
    return _EPOCH + cell * _CELL


def by_day(cells: Iterable[int]) -> Mapping[str, list[str]]:
    """Sort cells into UTC days, each under the name of its minute of the day: `{"2026-11-24": ["c0540", ...]}`."""
    days: dict[str, list[str]] = {}
    for cell in cells:
        days.setdefault(start_of(cell).date().isoformat(), []).append(f"c{cell % CELLS_A_DAY * CELL_MINUTES:04}")
    return days


def held_by(claimed: Mapping[int, str]) -> Mapping[str, tuple[datetime, datetime]]:
    """Return when each holder's cells start and end: holder -> [start, end), ascending by start."""
    cells: dict[str, list[int]] = {}
    for cell in sorted(claimed):
        cells.setdefault(claimed[cell], []).append(cell)
    return {holder: (start_of(held[0]), start_of(held[-1] + 1)) for holder, held in cells.items()}


def cell_named(day: str, name: str) -> int:
    """Return the cell of a UTC day that has a name such as `c0540`."""
    return (date.fromisoformat(day) - _EPOCH.date()).days * CELLS_A_DAY + int(name[1:]) // CELL_MINUTES
