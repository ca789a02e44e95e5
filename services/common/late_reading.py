"""Reading a log whose events may appear late: behind places that were read already.

An event's id is made before its transaction commits. Nothing is missed because the log is read again from where the
clock stood `late_seconds` ago: no write takes that long. How long ago is measured by the monotonic clock, so that a
clock that is moved (the sandbox's is) leaves no gap either.
"""

import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Protocol

from services.common.clock import Clock
from services.common.outbox import Event, position_at

Monotonic = Callable[[], float]


class Log(Protocol):
    """What is needed of an `Outbox`."""

    def since(self, position: str) -> AsyncIterator[Event]:
        """Yield the log from `position` on, in the order of ids."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far back a log is read again.

    Each reading goes back `recent_seconds`, at most twice that; every `thorough_seconds` one goes back `late_seconds`,
    at most twice that. `late_seconds` covers the longest write, from its reading of the clock to its commit, and the
    difference of two processes' clocks.
    """

    recent_seconds: float = 2.0
    thorough_seconds: float = 2.0
    late_seconds: float = 60.0


class LateReading:
    """Finds each event of a log once, from `late_seconds` before now on."""

    def __init__(self, log: Log, clock: Clock, reach: Reach, monotonic: Monotonic = time.monotonic) -> None:
        self._log: Final = log
        self._reach: Final = reach
        self._monotonic: Final = monotonic
        self._recently: Final = _Trail(reach.recent_seconds, clock, monotonic)
        self._long_ago: Final = _Trail(reach.late_seconds, clock, monotonic)
        self._seen: Final[set[str]] = set()
        self._recent = self._mark = self._long_ago.position()
        self._thorough_at = monotonic()

    @property
    def mark(self) -> str:
        """The place behind which everything lies that has not been found yet."""
        return self._mark

    async def news(self) -> Sequence[Event]:
        """Read once; return what was not found before, in the order of ids."""
        now = self._monotonic()
        thorough = now >= self._thorough_at
        # Taken before reading: what commits meanwhile lies behind them. Kept after it: a reading may fail.
        recent, mark = self._recently.position(), self._long_ago.position()
        start = min(self._mark, mark) if thorough else min(self._recent, recent)
        found = [event async for event in self._log.since(start)]
        news = [event for event in found if event.id not in self._seen]
        self._seen.update(event.id for event in news)
        self._recent = recent
        self._mark = mark if thorough else min(self._mark, mark)
        if thorough:
            self._thorough_at = now + self._reach.thorough_seconds
            self._seen.difference_update([each for each in self._seen if each < mark])
        return news


class _Trail:
    """Where the clock stood at least `seconds` ago and, while somebody keeps asking, at most twice as long ago."""

    def __init__(self, seconds: float, clock: Clock, monotonic: Monotonic) -> None:
        self._span: Final = timedelta(seconds=seconds)
        self._clock: Final = clock
        self._monotonic: Final = monotonic
        self._newer = clock()
        self._older = self._newer - self._span
        self._turned_at = monotonic()

    def position(self) -> str:
        """Return that place in the log."""
        now = self._clock()
        if self._monotonic() - self._turned_at >= self._span.total_seconds():
            self._older, self._newer, self._turned_at = self._newer, now, self._monotonic()
        if now < self._newer:
            # The clock was set back, a moment ago.
            self._newer = now - self._span
        return position_at(min(self._older, self._newer))
