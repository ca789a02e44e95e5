"""The relay: takes events from an outbox to their consumers, each entity's in order, again and again until done."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from services.common.outbox import Event

Consume = Callable[[Event], Awaitable[None]]

_BATCH: Final = 100
_MAX_DOUBLINGS: Final = 30

_log: Final = logging.getLogger(__name__)


class PendingEvents(Protocol):
    """What the relay needs of an `Outbox`."""

    async def pending(self, limit: int = 100) -> Sequence[Event]:
        """Return events not yet settled, oldest first."""
        ...

    async def settle(self, event: Event) -> None:
        """Record that every consumer has done its part."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often, how long, how many at once.

    A delivery that takes longer than `delivery_seconds` has failed. Failures of one entity in a row wait
    `first_retry_seconds`, then twice as long each, up to `longest_retry_seconds`. Repeats have places of their own
    (`retries_at_once`), so that what hangs again and again takes none from what comes for the first time.
    """

    poll_seconds: float = 0.2
    first_retry_seconds: float = 0.5
    longest_retry_seconds: float = 60.0
    delivery_seconds: float = 60.0
    at_once: int = 32
    retries_at_once: int = 8

    def retry_seconds(self, failures: int) -> float:
        """Return how long to wait after so many failures in a row."""
        doublings = min(failures - 1, _MAX_DOUBLINGS)
        return min(self.first_retry_seconds * 2.0**doublings, self.longest_retry_seconds)


@dataclass(slots=True)
class _Lane:
    """What the relay remembers of an entity that has a delivery under way or a failure behind it."""

    busy: bool = False
    failures: int = 0
    retry_at: float = 0.0


class Relay:
    """Delivers the events of one outbox at least once, so consumers must be idempotent.

    The events of one entity go one by one in the order of their versions. An event that fails holds up its own entity
    alone; it is never given up, and is logged by id and type only.
    """

    def __init__(self, outbox: PendingEvents, consume: Consume, pace: Pace) -> None:
        self._outbox: Final = outbox
        self._consume: Final = consume
        self._pace: Final = pace
        self._first_slots: Final = asyncio.Semaphore(pace.at_once)
        self._retry_slots: Final = asyncio.Semaphore(pace.retries_at_once)
        self._lanes: Final[dict[str, _Lane]] = {}
        self._done: set[str] = set()
        self._held = 0
        self._failed_reads = 0

    async def run(self) -> None:
        """Deliver until cancelled; what was under way then stays pending."""
        async with asyncio.TaskGroup() as deliveries:
            while True:
                for entity, events in self._ready(await self._read()).items():
                    lane = self._lanes.setdefault(entity, _Lane())
                    lane.busy = True
                    deliveries.create_task(self._deliver(entity, lane, events))
                await asyncio.sleep(self._pace.poll_seconds)

    async def _read(self) -> Sequence[Event]:
        """Read beyond the events that cannot go on now, so that they never fill the whole view."""
        while True:
            try:
                events = await self._outbox.pending(_BATCH + self._held)
            except Exception as failure:  # noqa: BLE001  without it nothing would be delivered until a restart
                self._failed_reads += 1
                _log.warning("an outbox cannot be read: %s", type(failure).__name__)
                await asyncio.sleep(self._pace.retry_seconds(self._failed_reads))
            else:
                self._failed_reads = 0
                return events

    def _ready(self, events: Sequence[Event]) -> dict[str, list[Event]]:
        """Group the events of entities that can go on now, each group in the order of its versions.

        What was settled while these were read, or what a lagging index still shows, is not delivered again.
        """
        now = asyncio.get_running_loop().time()
        self._done &= {event.id for event in events}
        ready: dict[str, list[Event]] = {}
        self._held = 0
        for event in sorted(events, key=lambda each: (each.version, each.id)):
            if event.id in self._done:
                continue
            lane = self._lanes.get(event.entity)
            if lane and (lane.busy or lane.retry_at > now):
                self._held += 1
            else:
                ready.setdefault(event.entity, []).append(event)
        return ready

    async def _deliver(self, entity: str, lane: _Lane, events: Sequence[Event]) -> None:
        for event in events:
            if not await self._settled(event, lane):
                lane.busy = False
                return
        del self._lanes[entity]

    async def _settled(self, event: Event, lane: _Lane) -> bool:
        slots = self._retry_slots if lane.failures else self._first_slots
        try:
            async with slots, asyncio.timeout(self._pace.delivery_seconds):
                await self._consume(event)
                await self._outbox.settle(event)
        except Exception as failure:  # noqa: BLE001  whatever a consumer trips over, the other entities go on
            lane.failures += 1
            wait_seconds = self._pace.retry_seconds(lane.failures)
            lane.retry_at = asyncio.get_running_loop().time() + wait_seconds
            # Neither message nor traceback: they may hold what the event is about.
            _log.warning(
                "event %s (%s) failed %d times, last by %s; next in %.1f s",
                event.id,
                event.type,
                lane.failures,
                type(failure).__name__,
                wait_seconds,
            )
            return False
        self._done.add(event.id)
        lane.failures = 0
        return True
