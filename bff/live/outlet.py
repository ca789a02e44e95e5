"""Messages for one reader, from several tasks: one at a time, nothing queued, and only while the reader takes them."""

import asyncio
import logging
from typing import Final

from starlette.types import Message, Send

_log: Final = logging.getLogger("bff.live")


class Unsent(Exception):  # noqa: N818  what became of the message
    """The reader is gone, or did not take what is sent in time. Nothing more can be sent."""


class Outlet:
    """Sends ASGI messages. Each has `seconds`, from when it is ready, to be taken by the server's buffer.

    A producer makes its next message when the last one is taken, so a slow reader costs no memory, and is dropped.
    """

    def __init__(self, send: Send, seconds: float) -> None:
        self._send: Final = send
        self._seconds: Final = seconds
        self._turn: Final = asyncio.Lock()
        self._broken: Final = asyncio.Event()

    async def __call__(self, message: Message) -> None:
        """Send one message; raise `Unsent`."""
        try:
            async with asyncio.timeout(self._seconds), self._turn:
                await self._send(message)
        except TimeoutError:
            _log.info("dropped a reader that took nothing for %g seconds", self._seconds)
            self._broken.set()
            raise Unsent from None
        except OSError:
            # What servers raise where the reader has gone away (ASGI 2.4).
            self._broken.set()
            raise Unsent from None

    async def broken(self) -> None:
        """Return once a message could not be sent."""
        await self._broken.wait()
