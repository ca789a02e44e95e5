"""The audit of what the BFF runs: each operation's events are kept before its answer is sent.

async with audit.of(operation):      refuses a write of a patient's data while the sink is down
content = await run(...)
here the events are appended; or they wait on the disk; or the answer is refused
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol, Self

from bff.answers.messages import Message
from bff.asking import Asker
from bff.audit.recorder import Recorder
from bff.audit.spool import Spool
from bff.audit.together import MAX_EVENTS, Appends, Together
from bff.refusals import Refused
from clients.errors import UpstreamError, UpstreamInvalid
from clients.records.audit import AuditEvent, AuditEvents, AuditKind

WhenDown = Literal["queue", "refuse"]

FRESH_SECONDS: Final = 1.0

_log: Final = logging.getLogger("bff.audit")


class Sink(Appends, Protocol):
    """Where events go: the records service, called as the BFF itself."""

    async def audit_ready(self) -> None:
        """Return where events can be appended now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How often waiting batches are tried: `retry_seconds` after a failure, and after they ran out, `idle_seconds`."""

    idle_seconds: float = 1.0
    retry_seconds: float = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What is run: `root_fields` are its coordinates (`Mutation.cancelAppointment`); it may write a patient's data."""

    recorder: Recorder
    kind: AuditKind
    name: str | None
    root_fields: Sequence[str]
    writes: bool

    def events(self) -> Sequence[AuditEvent]:
        """Return the events so far."""
        return self.recorder.events(self.kind, self.name, self.root_fields)


class Audit:
    """Keeps the events of operations. `sink` gives a sink to call now; drains what waits while it is entered."""

    def __init__(  # noqa: PLR0913  what keeping events takes, each by its name
        self,
        *,
        sink: Callable[[], Sink],
        spool: Spool,
        when_down: WhenDown,
        clock: Callable[[], datetime],
        pace: Pace | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._sink: Final = sink
        self._together: Final = Together(sink)
        self._spool: Final = spool
        self._when_down: Final = when_down
        self._clock: Final = clock
        self._pace: Final = pace or Pace()
        self._monotonic: Final = monotonic
        self._taken_at = -FRESH_SECONDS
        self._draining: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._draining = asyncio.create_task(self._drain())
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._draining:
            self._draining.cancel()
            with suppress(asyncio.CancelledError):
                await self._draining

    def recorder(self, asker: Asker) -> Recorder:
        """Return the trail of an operation that is to run now."""
        return Recorder(asker, self._clock)

    @asynccontextmanager
    async def of(self, operation: Audited) -> AsyncIterator[None]:
        """Audit what runs inside. Raises `Refused` where the sink is down: before a write; after a read, if so set.

        Where what runs is cut short, its events up to then wait on the disk: a write may have been done.
        """
        if operation.writes:
            await self.ready_for_write()
        try:
            yield
        except BaseException:
            # Not in a thread: who is cancelled waits for nothing any more.
            self._keep(operation.events())
            raise
        await self.record(operation.events(), done=operation.kind is AuditKind.MUTATION)

    async def ready_for_write(self) -> None:
        """Raise `Refused` where the sink did not take anything within the last second, and does not answer now."""
        if self._monotonic() - self._taken_at < FRESH_SECONDS:
            return
        try:
            await self._sink().audit_ready()
        except UpstreamError as failure:
            _log.warning("a write is refused: %s", failure)
            raise _unavailable() from None
        self._taken_at = self._monotonic()

    async def record(self, events: Sequence[AuditEvent], *, done: bool) -> None:
        """Append events, or let them wait on the disk; raise `Refused` where neither may be.

        What was `done` is done: its events wait, whatever is set, and its answer is never refused.
        """
        for start in range(0, len(events), MAX_EVENTS):
            batch = events[start : start + MAX_EVENTS]
            try:
                await self._together.append(batch)
            except UpstreamError as failure:
                self._taken_at = -FRESH_SECONDS
                if not done and self._when_down == "refuse":
                    _log.warning("a read is refused: %s", failure)
                    raise _unavailable() from None
                kept = await asyncio.shield(asyncio.to_thread(self._keep, batch))
                if not kept and not done:
                    raise _unavailable() from None
            except asyncio.CancelledError:
                self._keep(events[start:])
                raise
            else:
                self._taken_at = self._monotonic()

    def _keep(self, events: Sequence[AuditEvent]) -> bool:
        """Let events wait on the disk; return whether it took them."""
        try:
            for start in range(0, len(events), MAX_EVENTS):
                self._spool.add(AuditEvents(events=tuple(events[start : start + MAX_EVENTS])))
        except OSError as failure:
            _log.critical("%d events are lost: %s", len(events), type(failure).__name__)
            return False
        return True

    async def _drain(self) -> None:
        """Deliver what waits, the oldest first, for ever."""
        while True:
            delivered = await self._deliver()
            await asyncio.sleep(self._pace.idle_seconds if delivered else self._pace.retry_seconds)

    async def _deliver(self) -> bool:
        """Deliver what waits; return whether all of it was."""
        for batch in await asyncio.to_thread(lambda: list(self._spool.waiting())):
            events = self._spool.read(batch)
            if events is None:
                continue
            try:
                await self._sink().append_audit_events(events)
            except UpstreamInvalid as refusal:
                _log.critical("a batch of %d events is put aside: %s", len(events.events), refusal)
                self._spool.put_aside(batch)
            except UpstreamError as failure:
                _log.warning("events wait: %s", failure)
                return False
            else:
                self._spool.remove(batch)
        return True


def _unavailable() -> Refused:
    return Refused(503, "UPSTREAM_UNAVAILABLE", Message.AUDIT_DOWN)
