"""Calls over aiohttp: for what is asked of services on the way of a request."""

import asyncio
from http import HTTPStatus
from typing import Final, Self

import aiohttp
from yarl import URL

from clients.transports.transport import Answer, Call, NoAnswer, bounded

_ANOTHER_PROTOCOL: Final = "SwitchingProtocols"
# What aiohttp would say of itself: nobody asked, and no answer is to be packed.
_UNASKED: Final = ("Accept", "Accept-Encoding", "User-Agent", "Content-Type")


class OverAiohttp:
    """A transport over a pool of at most `connections` to each service.

    Nothing comes from the environment; nothing is followed, unpacked or sent again. To be entered before it is used.
    """

    _session: aiohttp.ClientSession

    def __init__(self, *, connections: int, connect_timeout_seconds: float, keep_alive_seconds: float) -> None:
        self._connections: Final = connections
        self._connect_timeout_seconds: Final = connect_timeout_seconds
        self._keep_alive_seconds: Final = keep_alive_seconds

    async def __aenter__(self) -> Self:
        """Open the pool, in the loop that calls will run in."""
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(
                limit=0, limit_per_host=self._connections, keepalive_timeout=self._keep_alive_seconds
            ),
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=_UNASKED,
            auto_decompress=False,
            timeout=aiohttp.ClientTimeout(sock_connect=self._connect_timeout_seconds),
            trust_env=False,
        )
        # It would send reads, PUT and DELETE again where a connection ends without an answer; there is no public name.
        self._session._retry_connection = False  # noqa: SLF001
        return self

    async def __aexit__(self, *_failure: object) -> None:
        """Close every connection."""
        await self._session.close()

    async def exchange(self, call: Call) -> Answer:
        """Send one request and return its answer, as `Transport` says."""
        call.check_sendable()
        url = URL(call.url, encoded=True)
        try:
            async with (
                asyncio.timeout(call.timeout_seconds),
                self._session.request(
                    call.method, url, headers=call.headers, data=call.body, allow_redirects=False
                ) as response,
            ):
                if response.status == HTTPStatus.SWITCHING_PROTOCOLS:
                    raise NoAnswer(_ANOTHER_PROTOCOL)
                body = await bounded(response.content.iter_any(), call.max_body_bytes)
                return Answer(response.status, body, response.headers)
        except (aiohttp.ClientError, TimeoutError, OSError) as failure:
            raise NoAnswer(type(failure).__name__) from failure
