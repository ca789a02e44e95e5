"""Answers as server-sent events: the "distinct connections mode" of graphql-sse, one operation a request.

Each answer is an event `next`, and `complete` ends the stream. What GraphQL itself refuses (a document that is not
valid, variables that do not fit, a limit) comes as a `next` with errors too, as the protocol demands; every other
refusal is JSON with its status. A token that expires or is revoked ends the stream with a `next` of UNAUTHENTICATED and
`complete`. Where the server stops, the stream ends without `complete`, so that clients come back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any, Final

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from bff.answers.encoding import encoded
from bff.engine.execution import Content
from bff.engine.race import first_of
from bff.live.answers import Answers, Errors
from bff.live.outlet import Outlet, Unsent
from bff.live.places import Place, Places
from bff.live.stays import Over, Stays
from bff.refusals import InvalidRequest, Refused, unauthenticated

EVENTS: Final = "text/event-stream"
# A line of a comment, which clients skip: it keeps the connection open in proxies.
_HEARTBEAT: Final = b":\n\n"
# Browsers drop an event without data.
_COMPLETE: Final = b"event: complete\ndata:\n\n"
_OF_GRAPHQL: Final = 400
_HEADERS: Final = {
    "Cache-Control": "private, no-store",
    # nginx would hold events back until its buffer is full.
    "X-Accel-Buffering": "no",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who a stream is for: `token` is the verified one of `person`, both None for nobody; `tell` words their errors."""

    person: str | None
    address: str
    token: str | None
    tell: Callable[[Exception], Errors]


@dataclass(frozen=True, slots=True, kw_only=True)
class Streams:
    """Makes event streams. Each event has `send_seconds` to be taken; a comment is sent every `heartbeat_seconds`."""

    places: Places
    stays: Stays
    heartbeat_seconds: float
    send_seconds: float

    async def open(
        self, start: Callable[[], Awaitable[Answers]], reader: Reader, headers: Mapping[str, str]
    ) -> "EventStream":
        """Start an operation and return the response that streams it; raise `Refused` where it is not GraphQL's.

        `start` raises `Refused` and `InvalidRequest`.
        """
        place = self.places.take(reader.address, reader.person)
        try:
            answers = await _started(start, reader)
        except BaseException:
            place.leave()
            raise
        return EventStream(answers, self, reader, place, headers)


class EventStream(StreamingResponse):
    """One operation's answers. Whatever ends it also ends the operation."""

    def __init__(
        self, answers: Answers, streams: Streams, reader: Reader, place: Place, headers: Mapping[str, str]
    ) -> None:
        super().__init__((), headers={**headers, **_HEADERS}, media_type=EVENTS)
        self._answers: Final = answers
        self._streams: Final = streams
        self._reader: Final = reader
        self._place: Final = place

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002  ASGI
        """Stream until the operation ends, the reader leaves or is too slow, or the connection may no longer stay."""
        outlet = Outlet(send, self._streams.send_seconds)
        try:
            async with aclosing(self._answers):
                await self._stream(receive, outlet)
        except Unsent:
            # The connection is closed unfinished; nobody is there to tell.
            return
        finally:
            self._place.leave()

    async def _stream(self, receive: Receive, outlet: Outlet) -> None:
        await outlet({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            last = await first_of(self._answer(outlet), self._left(receive), self._stay_over(), self._keep_open(outlet))
        except Unsent:
            raise
        except Exception as fault:  # noqa: BLE001  left to the server, its message would be logged: it may hold patient data
            last = _next({"errors": self._reader.tell(fault)}) + _COMPLETE
        await outlet({"type": "http.response.body", "body": last, "more_body": False})

    async def _answer(self, outlet: Outlet) -> bytes:
        """Send all answers; return what is sent last."""
        async for answer in self._answers:
            await _send(outlet, _next(answer))
        return _COMPLETE

    async def _left(self, receive: Receive) -> bytes:
        while (await receive())["type"] != "http.disconnect":
            pass
        return b""

    async def _stay_over(self) -> bytes:
        match await self._streams.stays.over(self._reader.token):
            case Over.TOKEN:
                return _next({"errors": self._reader.tell(unauthenticated())}) + _COMPLETE
            case Over.SERVER:
                return b""

    async def _keep_open(self, outlet: Outlet) -> bytes:
        while True:
            await asyncio.sleep(self._streams.heartbeat_seconds)
            await _send(outlet, _HEARTBEAT)


async def _started(start: Callable[[], Awaitable[Answers]], reader: Reader) -> Answers:
    try:
        return await start()
    except InvalidRequest as invalid:
        return _only({"errors": reader.tell(invalid)})
    except Refused as refused:
        if refused.status != _OF_GRAPHQL:
            raise
        return _only({"errors": reader.tell(refused)})


async def _only(answer: Content) -> Answers:
    yield answer


async def _send(outlet: Outlet, event: bytes) -> None:
    await outlet({"type": "http.response.body", "body": event, "more_body": True})


def _next(answer: Mapping[str, Any]) -> bytes:
    return b"event: next\ndata: " + encoded(answer) + b"\n\n"
