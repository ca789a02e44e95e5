"""A service's changes without end: connections break, and are made again where the last one was."""

import asyncio
import logging
import random
from collections import OrderedDict
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final, Protocol

from clients.changes.models import Change, Told
from clients.errors import UpstreamError

MAX_DOUBLINGS: Final = 20

_log: Final = logging.getLogger(__name__)


class Source(Protocol):
    """What is needed of a `ChangesClient`."""

    @property
    def name(self) -> str:
        """Whose changes they are."""

    def connection(self, after: str | None) -> AsyncGenerator[Told]:
        """Yield what happened since the cursor `after`, then what happens; until a break."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Persistence:
    """How soon it is tried again, twice as long after each failure; and how many changes are known again.

    A service tells again what came within the last three minutes before a break: 20,000 changes are 110 a second.
    """

    first_retry_seconds: float = 0.1
    longest_retry_seconds: float = 5.0
    known_changes: int = 20_000

    def retry_seconds(self, failures: int) -> float:
        """Return how long to wait after so many failures in a row: all of half of it, and some of the rest."""
        longest = min(self.first_retry_seconds * 2.0 ** min(failures - 1, MAX_DOUBLINGS), self.longest_retry_seconds)
        return longest * random.uniform(0.5, 1)  # noqa: S311  jitter


async def follow(source: Source, persistence: Persistence | None = None) -> AsyncGenerator[Change]:
    """Yield each change once, from about now on, for ever: no failure of the service, however long, loses any."""
    persistence = persistence or Persistence()
    known = _Known(persistence.known_changes)
    cursor: str | None = None
    failures = 0
    while True:
        reason = "the stream ended"
        try:
            async with aclosing(source.connection(cursor)) as stream:
                async for told in stream:
                    failures = 0
                    cursor = told.cursor
                    if told.change is not None and known.adds(told.change.id):
                        yield told.change
        except Exception as failure:  # noqa: BLE001  whatever it is, without another try nobody would hear of anything
            reason = str(failure) if isinstance(failure, UpstreamError) else type(failure).__name__
        failures += 1
        wait_seconds = persistence.retry_seconds(failures)
        _log.warning("changes of %s: %s; next try in %.1f s", source.name, reason, wait_seconds)
        await asyncio.sleep(wait_seconds)


class _Known:
    """The ids that came last."""

    def __init__(self, size: int) -> None:
        self._size: Final = size
        self._ids: Final[OrderedDict[str, None]] = OrderedDict()

    def adds(self, identifier: str) -> bool:
        """Remember an id, and say whether it is new; the oldest one is forgotten for it."""
        if identifier in self._ids:
            return False
        self._ids[identifier] = None
        if len(self._ids) > self._size:
            self._ids.popitem(last=False)
        return True
