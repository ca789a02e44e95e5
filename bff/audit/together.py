"""Operations that end at the same time have their events appended in one call."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Final, Protocol

from clients.errors import UpstreamInvalid
from clients.records.audit import Appended, AuditEvent, AuditEvents

# As many as the records service appends at once.
MAX_EVENTS: Final = 100


class Appends(Protocol):
    """Where events go."""

    async def append_audit_events(self, events: AuditEvents) -> Appended:
        """Append events, each once however often it is sent."""
        ...


class _Wanted:
    """The events of one operation, at most `MAX_EVENTS`, and whether they are appended."""

    def __init__(self, events: Sequence[AuditEvent]) -> None:
        self.events: Final = events
        self.appended: Final[asyncio.Future[None]] = asyncio.get_running_loop().create_future()


class Together:
    """Appends events to `sink`; what is wanted within one turn of the event loop goes in as few calls as it fits."""

    def __init__(self, sink: Callable[[], Appends]) -> None:
        self._sink: Final = sink
        self._wanted: list[_Wanted] = []
        self._calls: Final[set[asyncio.Task[None]]] = set()

    async def append(self, events: Sequence[AuditEvent]) -> None:
        """Append at most `MAX_EVENTS` events of one operation; raise what the sink raises where they were not."""
        if not self._wanted:
            asyncio.get_running_loop().call_soon(self._call)
        wanted = _Wanted(events)
        self._wanted.append(wanted)
        await wanted.appended

    def _call(self) -> None:
        wanted, self._wanted = self._wanted, []
        for fitting in _fitting(wanted):
            call = asyncio.ensure_future(self._append(fitting))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)

    async def _append(self, wanted: Sequence[_Wanted]) -> None:
        """Append all, and tell each operation; one whose events are refused refuses no other's."""
        events = tuple(event for each in wanted for event in each.events)
        try:
            await self._sink().append_audit_events(AuditEvents(events=events))
        except UpstreamInvalid as refusal:
            if len(wanted) == 1:
                _tell(wanted, refusal)
            else:
                await asyncio.gather(*(self._append([each]) for each in wanted))
        except Exception as failure:  # noqa: BLE001  whatever it is, each operation is waiting to be told
            _tell(wanted, failure)
        else:
            _tell(wanted, None)


def _fitting(wanted: Sequence[_Wanted]) -> Iterator[list[_Wanted]]:
    together: list[_Wanted] = []
    room = MAX_EVENTS
    for each in wanted:
        if len(each.events) > room:
            yield together
            together, room = [], MAX_EVENTS
        together.append(each)
        room -= len(each.events)
    yield together


def _tell(wanted: Sequence[_Wanted], failure: Exception | None) -> None:
    for each in wanted:
        # Whoever was cancelled meanwhile keeps the events itself.
        if each.appended.done():
            continue
        if failure:
            each.appended.set_exception(failure)
        else:
            each.appended.set_result(None)
