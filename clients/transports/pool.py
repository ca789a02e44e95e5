"""The connections to one downstream: kept, lent to one call at a time, and never more than a limit."""

import asyncio
import ssl
from collections import deque
from dataclasses import dataclass
from typing import Final

from clients.transports.connection import Connection
from clients.transports.transport import NoAnswer

# The kinds of a call that got no connection.
CONNECT_ERROR: Final = "ConnectError"
CONNECT_TIMEOUT: Final = "ConnectTimeout"
POOL_TIMEOUT: Final = "PoolTimeout"


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to connect, and what to call it."""

    host: str
    port: int
    host_header: str
    tls: ssl.SSLContext | None


class Pool:
    """Lends connections, the one that was used last first, so that those that are not needed grow old and close."""

    def __init__(
        self, address: Address, *, limit: int, connect_timeout_seconds: float, keep_alive_seconds: float
    ) -> None:
        self.address: Final = address
        self._limit: Final = limit
        self._connect_timeout_seconds: Final = connect_timeout_seconds
        self._keep_alive_seconds: Final = keep_alive_seconds
        self._kept: Final[deque[Connection]] = deque()
        self._waiting: Final[deque[asyncio.Future[None]]] = deque()
        self._lent: Final[set[Connection]] = set()
        self._connecting = 0
        self._sweep: asyncio.TimerHandle | None = None

    def kept(self, now: float) -> Connection | None:
        """Lend a kept connection, if one is left that may still be used."""
        while self._kept:
            connection = self._kept.pop()
            if connection.is_reusable and now - connection.idle_since < self._keep_alive_seconds:
                self._lent.add(connection)
                return connection
            connection.abort()
        return None

    async def connection(self, until: float) -> Connection:
        """Lend a connection, a new one if need be, or one that is given back by the loop's time `until`."""
        try:
            async with asyncio.timeout_at(until):
                while len(self._lent) + self._connecting >= self._limit:
                    await self._turn()
                return self.kept(asyncio.get_running_loop().time()) or await self._connect()
        except TimeoutError:
            raise NoAnswer(POOL_TIMEOUT) from None

    def give_back(self, connection: Connection, now: float) -> None:
        """Keep a connection for the next call, or forget one that has ended."""
        self._lent.discard(connection)
        if connection.is_reusable:
            connection.idle_since = now
            self._kept.append(connection)
            if self._sweep is None:
                self._sweep_in(self._keep_alive_seconds)
        self._next()

    def close(self) -> None:
        """End every connection."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        for connection in (*self._kept, *self._lent):
            connection.abort()
        self._kept.clear()

    async def _connect(self) -> Connection:
        self._connecting += 1
        address = self.address
        try:
            async with asyncio.timeout(self._connect_timeout_seconds):
                _, connection = await asyncio.get_running_loop().create_connection(
                    Connection,
                    address.host,
                    address.port,
                    ssl=address.tls,
                    server_hostname=address.host if address.tls else None,
                )
        except TimeoutError:
            raise NoAnswer(CONNECT_TIMEOUT) from None
        except OSError as failure:
            raise NoAnswer(CONNECT_ERROR) from failure
        else:
            self._lent.add(connection)
            return connection
        finally:
            self._connecting -= 1
            if self._waiting and len(self._lent) + self._connecting < self._limit:
                self._next()

    async def _turn(self) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                # The turn came as its call went: it is the next one's.
                self._next()
            raise

    def _next(self) -> None:
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return

    def _sweep_in(self, seconds: float) -> None:
        self._sweep = asyncio.get_running_loop().call_later(seconds, self._close_old)

    def _close_old(self) -> None:
        """Close connections that nobody has used for long: the oldest are at the left."""
        self._sweep = None
        now = asyncio.get_running_loop().time()
        while self._kept and now - self._kept[0].idle_since >= self._keep_alive_seconds:
            self._kept.popleft().abort()
        if self._kept:
            self._sweep_in(self._keep_alive_seconds - (now - self._kept[0].idle_since))
