"""What happened, as it happens: an outbox's log, read once a process for all who listen."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncGenerator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final, Self

from services.common.clock import Clock
from services.common.late_reading import LateReading, Log, Monotonic, Reach
from services.common.outbox import Event

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often the log is read, and how long nothing is said.

    A reader for whom more than `max_waiting` events wait is let go: it comes back with its cursor.
    """

    poll_seconds: float = 0.15
    heartbeat_seconds: float = 5.0
    retry_seconds: float = 1.0
    max_waiting: int = 5000
    reach: Reach = field(default_factory=Reach)


@dataclass(frozen=True, slots=True)
class Told:
    """An event and the cursor to go on with after it; without an event, the cursor to go on with now."""

    event: Event | None
    cursor: str


class ChangeLog:
    """Tells each reader of every event at least once. The log is polled while anybody reads."""

    def __init__(self, log: Log, clock: Clock, pace: Pace, monotonic: Monotonic = time.monotonic) -> None:
        self._log: Final = log
        self._clock: Final = clock
        self._pace: Final = pace
        self._monotonic: Final = monotonic
        self._readers: Final[set[_Reader]] = set()
        self._reading: LateReading | None = None
        self._polling: asyncio.Task[None] | None = None
        self._ended = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.end()
        if self._polling is not None:
            self._polling.cancel()
            await asyncio.wait([self._polling])

    @property
    def readers(self) -> int:
        """How many read now."""
        return len(self._readers)

    def end(self) -> None:
        """Bring every reader to its end, and take no more: the process stops."""
        self._ended = True
        for reader in self._readers:
            reader.end()

    async def follow(self, after: str | None) -> AsyncGenerator[Told]:
        """Yield what happened since the cursor `after`, then what happens; no event first, and where nothing happens.

        Without a cursor it starts where one of now would: with what is as young as late events may be.

        How far back a late event may lie is known only for as long as the clock has been watched. So until all writes
        have ended that were under way when the reader came, its cursor stays where it was, and then the log is read
        from there once more.
        """
        with self._reader() as (reader, mark):
            start = min(after or mark, mark)
            heard: set[str] = set()
            async for event in self._until_settled(reader, start, heard):
                yield Told(event, start)
            if reader.ended:
                return
            late = [event async for event in self._log.since(start) if event.id not in heard]
            for event in late:
                yield Told(event, start)
            heard = {event.id for event in late}
            async for told in reader.tidings():
                if told.event is None or told.event.id not in heard:
                    yield told

    async def _until_settled(self, reader: "_Reader", start: str, heard: set[str]) -> AsyncGenerator[Event | None]:
        """Yield the log from `start` on, and what happens until all writes of now have ended; note what was heard."""
        settled_at = self._monotonic() + self._pace.reach.late_seconds
        yield None
        async for event in self._log.since(start):
            heard.add(event.id)
            yield event
            if reader.ended:
                return
        async for told in reader.tidings():
            if self._monotonic() >= settled_at:
                return
            if told.event is None:
                yield None
            elif told.event.id not in heard:
                heard.add(told.event.id)
                yield told.event

    @contextmanager
    def _reader(self) -> Iterator[tuple["_Reader", str]]:
        """Enrol a reader: whatever is found from now on waits for it. Whatever was not lies behind the place given."""
        if self._reading is None:
            self._reading = LateReading(self._log, self._clock, self._pace.reach, self._monotonic)
            self._polling = asyncio.create_task(self._poll(self._reading))
        reader = _Reader(self._reading, self._pace)
        self._readers.add(reader)
        if self._ended:
            reader.end()
        try:
            yield reader, self._reading.mark
        finally:
            self._readers.remove(reader)
            if not self._readers and self._polling is not None:
                self._polling.cancel()
                self._reading = None

    async def _poll(self, reading: LateReading) -> None:
        while True:
            try:
                news = await reading.news()
            except Exception as failure:  # noqa: BLE001  without it nobody would be told anything until a restart
                _log.warning("the outbox cannot be read: %s", type(failure).__name__)
                await asyncio.sleep(self._pace.retry_seconds)
                continue
            for event in news:
                told = Told(event, min(event.id, reading.mark))
                for reader in self._readers:
                    reader.tell(told)
            await asyncio.sleep(self._pace.poll_seconds)


class _Reader:
    """One who reads: what waits for it, and whether it is to end."""

    def __init__(self, reading: LateReading, pace: Pace) -> None:
        self._reading: Final = reading
        self._pace: Final = pace
        self._waiting: Final[deque[Told]] = deque()
        self._stirred: Final = asyncio.Event()
        self.ended = False

    def tell(self, told: Told) -> None:
        """Let an event wait; too many, and the reader is let go."""
        if len(self._waiting) == self._pace.max_waiting:
            self.end()
        if not self.ended:
            self._waiting.append(told)
            self._stirred.set()

    def end(self) -> None:
        """Let what waits go, and come to the end."""
        self.ended = True
        self._waiting.clear()
        self._stirred.set()

    async def tidings(self) -> AsyncGenerator[Told]:
        """Yield what waits, and a heartbeat where nothing has come for a while; until the end."""
        while not self.ended:
            if self._waiting:
                yield self._waiting.popleft()
                continue
            self._stirred.clear()
            try:
                async with asyncio.timeout(self._pace.heartbeat_seconds):
                    await self._stirred.wait()
            except TimeoutError:
                # An event that came in this very moment lies before the mark, perhaps.
                if not self._waiting:
                    yield Told(None, self._reading.mark)
