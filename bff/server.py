"""HTTP connections with bounds of their own: uvicorn limits neither the size of headers nor the time that they take.

A connection that sends its request too slowly, too large or not as HTTP is answered here, before the application.
"""

import asyncio
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, ClassVar, Final

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from bff.answers.messages import Message
from bff.language import DEFAULT
from bff.negotiation import JSON
from bff.refusals import Code

# For the client to read its answer: a connection that is closed while it still sends would be reset.
LINGER_SECONDS: Final = 2.0
_NO_FIGURES: Final[Mapping[str, Any]] = MappingProxyType({})
_SEPARATORS: Final = len(b": \r\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How large a request's line and headers may be together, how long they may take, and how long its body.

    The body's time is a backstop for bodies that nobody reads: let the application give up earlier, with an answer.
    """

    max_header_bytes: int
    header_timeout_seconds: float
    body_timeout_seconds: float


def bounded_protocol(given: Bounds) -> type[HttpToolsProtocol]:
    """Return uvicorn's protocol for HTTP, with bounds."""

    class _Bounded(BoundedProtocol):
        bounds = given

    return _Bounded


class BoundedProtocol(HttpToolsProtocol):
    """One connection. At each moment at most one timer runs for what it has to send next."""

    bounds: ClassVar[Bounds]
    _timer: asyncio.TimerHandle | None = None
    _in_headers = False
    _header_bytes = 0
    _has_cycle = False
    _refused = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Expect a first request."""
        super().connection_made(transport)
        self._expect_within(self.bounds.header_timeout_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """Expect nothing any more."""
        self._expect_nothing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Parse what came, but nothing after a refusal."""
        if self._refused:
            return
        if self._timer is None:
            self._expect_within(self.bounds.header_timeout_seconds)
        continued = self._in_headers
        super().data_received(data)
        if continued and self._in_headers:
            self._header_bytes += len(data)
            self._check_header_bytes(self._header_bytes)

    def on_message_begin(self) -> None:
        """Expect the headers."""
        super().on_message_begin()
        self._in_headers, self._header_bytes = True, 0
        if self._timer is None:
            self._expect_within(self.bounds.header_timeout_seconds)

    def on_headers_complete(self) -> None:
        """Expect the body, unless the headers were too large."""
        self._in_headers = False
        self._expect_within(self.bounds.body_timeout_seconds)
        self._check_header_bytes(
            len(self.url) + sum(len(name) + len(value) + _SEPARATORS for name, value in self.headers)
        )
        if not self._refused:
            super().on_headers_complete()
            self._has_cycle = True

    def on_body(self, body: bytes) -> None:
        """Hand on a part of the body, unless the request is refused."""
        if not self._refused:
            super().on_body(body)

    def on_message_complete(self) -> None:
        """Expect nothing until the next request begins."""
        if not self._refused:
            self._expect_nothing()
            super().on_message_complete()

    def handle_websocket_upgrade(self) -> None:
        """Leave the connection to the WebSocket, unless its request is refused."""
        if not self._refused:
            self._expect_nothing()
            super().handle_websocket_upgrade()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  uvicorn's own words
        """Refuse what is not HTTP, as JSON."""
        self._refuse(400, "BAD_USER_INPUT", Message.NOT_HTTP)

    def _check_header_bytes(self, count: int) -> None:
        limit = self.bounds.max_header_bytes
        if count > limit:
            self._refuse(431, "LIMIT_EXCEEDED", Message.HEADERS_TOO_LARGE, {"maximum": limit})

    def _expect_within(self, seconds: float) -> None:
        self._expect_nothing()
        self._timer = self.loop.call_later(seconds, self._give_up)

    def _expect_nothing(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        if self._in_headers:
            seconds = self.bounds.header_timeout_seconds
            self._refuse(408, "LIMIT_EXCEEDED", Message.HEADERS_TOO_SLOW, {"seconds": seconds})
        else:
            self.transport.close()

    def _refuse(self, status: int, code: Code, message: Message, figures: Mapping[str, Any] = _NO_FIGURES) -> None:
        """Answer and close, reading on for a moment; where an answer is under way already, just close."""
        if self._refused:
            return
        self._refused = True
        self._expect_nothing()
        if self.transport.is_closing() or (self._has_cycle and not self.cycle.response_complete):
            self.transport.close()
            return
        # Whatever language the client prefers, it has not been read.
        extensions = {"code": code, "requestId": uuid.uuid4().hex, **figures}
        error = {"message": message.text(DEFAULT, figures), "extensions": extensions}
        body = orjson.dumps({"errors": [error]})
        headers = (
            b"content-type: %b; charset=utf-8\r\ncontent-length: %d\r\n" % (JSON.encode(), len(body)),
            b"cache-control: private, no-store\r\nconnection: close\r\n\r\n",
        )
        self.transport.write(b"".join((STATUS_LINE[status], *headers, body)))
        if self.transport.can_write_eof():
            self.transport.write_eof()
        self._timer = self.loop.call_later(LINGER_SECONDS, self.transport.close)
