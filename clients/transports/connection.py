"""One connection to a downstream: it asks, and its answer comes back; then it may ask again."""

import asyncio
from typing import Final, cast

import httptools

from clients.transports.transport import Answer, BodyTooLarge, NoAnswer

# The kind of an answer that is not HTTP, not whole, or not the answer to what was asked.
BROKEN: Final = "RemoteProtocolError"
MAX_HEAD_BYTES: Final = 65_536
_FRAMING: Final = frozenset({b"content-length", b"transfer-encoding"})
_FRAMING_LENGTHS: Final = frozenset(map(len, _FRAMING))
_FINAL: Final = 200
_SWITCHING: Final = 101


class Connection(asyncio.Protocol):
    """One connection, one call at a time; llhttp reads what comes.

    Whatever is not the one answer to the one request that is open ends the connection: it is never asked again.
    """

    def __init__(self) -> None:
        self.idle_since = 0.0
        self._transport: asyncio.Transport | None = None
        self._parser = httptools.HttpResponseParser(self)
        self._answer: asyncio.Future[Answer] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._parts: list[bytes] = []
        self._head_bytes = self._body_bytes = self._max_body_bytes = 0
        self._in_body = self._is_framed = False

    def ask(
        self, request: bytes, *, max_body_bytes: int, until: float, loop: asyncio.AbstractEventLoop
    ) -> asyncio.Future[Answer]:
        """Send a whole request; its answer is due at the loop's time `until`."""
        if self._transport is None:
            # Lost again before it was asked.
            raise NoAnswer(BROKEN)
        self._max_body_bytes = max_body_bytes
        self._parts = []
        self._head_bytes = self._body_bytes = 0
        self._in_body = False
        self._answer = answer = loop.create_future()
        self._timer = loop.call_at(until, self._expire)
        self._transport.write(request)
        return answer

    @property
    def is_reusable(self) -> bool:
        """Whether it may ask again."""
        return self._transport is not None and self._answer is None

    def abort(self) -> None:
        """Close at once, whatever is under way."""
        self._fail(NoAnswer("Aborted"))

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep what to write to."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Parse what came; nothing may come while nothing is asked."""
        if self._answer is None:
            self._fail(NoAnswer(BROKEN))
            return
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserError, httptools.HttpParserUpgrade):
            self._fail(NoAnswer(BROKEN))
        if not self._in_body:
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._fail(NoAnswer(BROKEN))

    def eof_received(self) -> None:
        """End an answer that ends with its connection."""
        if self._in_body and not self._is_framed:
            self._complete(is_last=True)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        self._fail(NoAnswer("ReadError" if exc else BROKEN))

    def on_message_begin(self) -> None:
        """Expect an answer: a second one to one request breaks the connection."""
        self._is_framed = False
        if self._answer is None:
            self._fail(NoAnswer(BROKEN))

    def on_header(self, name: bytes, _value: bytes) -> None:
        """Note whether the answer says where it ends."""
        if len(name) in _FRAMING_LENGTHS and name.lower() in _FRAMING:
            self._is_framed = True

    def on_headers_complete(self) -> None:
        """Expect the body."""
        self._in_body = self._parser.get_status_code() >= _FINAL

    def on_body(self, part: bytes) -> None:
        """Keep a part of the body, unless it becomes too much."""
        self._body_bytes += len(part)
        if self._body_bytes > self._max_body_bytes:
            self._fail(BodyTooLarge())
        else:
            self._parts.append(part)

    def on_message_complete(self) -> None:
        """Hand out the answer; an interim one (100, 103) is not it."""
        status = self._parser.get_status_code()
        if status >= _FINAL:
            self._complete(is_last=not self._parser.should_keep_alive())
        elif status == _SWITCHING:
            self._fail(NoAnswer(BROKEN))

    def _complete(self, *, is_last: bool) -> None:
        if is_last:
            self._close()
        answer = self._end()
        if answer is not None:
            parts = self._parts
            body = parts[0] if len(parts) == 1 else b"".join(parts)
            answer.set_result(Answer(self._parser.get_status_code(), body))

    def _expire(self) -> None:
        self._timer = None
        self._fail(NoAnswer("TimeoutError"))

    def _fail(self, failure: Exception) -> None:
        """End the call that is open, if there is one, and the connection."""
        self._close()
        answer = self._end()
        if answer is not None:
            answer.set_exception(failure)
            # Seen, in case whoever waits is being cancelled and will not look.
            answer.exception()

    def _end(self) -> asyncio.Future[Answer] | None:
        """Return whom to answer: nobody where nothing is asked, or where who asked has left."""
        answer, self._answer = self._answer, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        return None if answer is None or answer.done() else answer

    def _close(self) -> None:
        if self._transport is not None:
            self._transport.abort()
            self._transport = None
