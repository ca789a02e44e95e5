"""What can be wrong with the working hours that a doctor enters: one sentence each, for the doctor."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final

from services.scheduling.models import DateException, WorkingHours
from services.scheduling.rules.cells import CELL_MINUTES
from services.scheduling.rules.hours import ZONES

SHORTEST_SLOT_MINUTES: Final = 10
LONGEST_SLOT_MINUTES: Final = 240
LAST_WEEKDAY: Final = 6

_START: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][05]")
_END: Final = re.compile(rf"{_START.pattern}|24:00")


def flaw_of(hours: WorkingHours) -> str | None:
    """Return the first flaw of working hours, or None where they are valid."""
    return next(_flaws(hours), None)


def _flaws(hours: WorkingHours) -> Iterator[str]:
    if hours.time_zone not in ZONES:
        yield "The time zone is not an IANA time zone."
    if not SHORTEST_SLOT_MINUTES <= hours.slot_minutes <= LONGEST_SLOT_MINUTES or hours.slot_minutes % CELL_MINUTES:
        yield (
            f"A slot lasts from {SHORTEST_SLOT_MINUTES} to {LONGEST_SLOT_MINUTES} minutes, in steps of {CELL_MINUTES}."
        )
    if any(not 0 <= rule.weekday <= LAST_WEEKDAY for rule in hours.rules):
        yield f"A weekday is a number from 0 (Monday) to {LAST_WEEKDAY}."
    yield from _flaws_of_spans([(rule.starts_at, rule.ends_at) for rule in hours.rules])
    yield from _flaws_of_exceptions(hours.exceptions)
    if _overlap((rule.weekday, rule.starts_at, rule.ends_at) for rule in hours.rules):
        yield "Two rules of one weekday overlap."
    opened = (each for each in hours.exceptions if each.available)
    if _overlap((each.date.toordinal(), each.starts_at or "", each.ends_at or "") for each in opened):
        yield "Two available exceptions of one date overlap."


def _flaws_of_exceptions(exceptions: Sequence[DateException]) -> Iterator[str]:
    if any((each.starts_at is None) != (each.ends_at is None) for each in exceptions):
        yield "An exception has both a start and an end, or neither."
    if any(each.available and each.starts_at is None for each in exceptions):
        yield "An available exception has hours."
    yield from _flaws_of_spans(
        [
            (each.starts_at, each.ends_at)
            for each in exceptions
            if each.starts_at is not None and each.ends_at is not None
        ]
    )


def _flaws_of_spans(spans: Sequence[tuple[str, str]]) -> Iterator[str]:
    if any(not _START.fullmatch(start) or not _END.fullmatch(end) for start, end in spans):
        yield f"Hours are written HH:MM, in steps of {CELL_MINUTES} minutes."
    if any(start >= end for start, end in spans):
        yield "Hours end after they start."


def _overlap(spans: Iterable[tuple[int, str, str]]) -> bool:
    """Say whether two spans of one day overlap: (day, start, end). "HH:MM" sorts as the time does."""
    return any(one[0] == other[0] and other[1] < one[2] for one, other in pairwise(sorted(spans)))
