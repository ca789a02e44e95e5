"""Calls over HTTP/1.1 straight on asyncio and llhttp: all that services need, at a fraction of what others cost."""

import asyncio
import ssl
from collections.abc import Mapping
from functools import cache
from typing import Final, Self
from urllib.parse import urlsplit

import httpx

from clients.transports.pool import Address, Pool
from clients.transports.transport import Answer, check_sendable

_AFTER_SCHEME: Final = len("https://")


class Direct:
    """A transport with a pool of kept connections to each origin, of at most `connections` each.

    Certificates are checked against the same roots as httpx checks against.
    """

    def __init__(self, *, connections: int, connect_timeout_seconds: float, keep_alive_seconds: float) -> None:
        self._connections: Final = connections
        self._connect_timeout_seconds: Final = connect_timeout_seconds
        self._keep_alive_seconds: Final = keep_alive_seconds
        self._pools: Final[dict[str, Pool]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_failure: object) -> None:
        """Close every connection; calls that still run end without an answer."""
        for pool in self._pools.values():
            pool.close()

    async def exchange(  # noqa: PLR0913  as in `Transport`
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        max_body_bytes: int,
        timeout_seconds: float,
    ) -> Answer:
        """Send one request and return its answer, as `Transport` says."""
        check_sendable(url, headers)
        begins = url.find("/", _AFTER_SCHEME)
        pool = self._pools.get(url[:begins]) or self._pool(url[:begins])
        loop = asyncio.get_running_loop()
        until = loop.time() + timeout_seconds
        connection = pool.kept(loop.time()) or await pool.connection(until)
        try:
            request = _request(method, url[begins:], pool.address.host_header, headers, body)
            return await connection.ask(request, max_body_bytes=max_body_bytes, until=until, loop=loop)
        except BaseException:
            connection.abort()
            raise
        finally:
            pool.give_back(connection, loop.time())

    def _pool(self, origin: str) -> Pool:
        parts = urlsplit(origin)
        is_tls = parts.scheme == "https"
        address = Address(
            host=parts.hostname or "",
            port=parts.port or (443 if is_tls else 80),
            host_header=parts.netloc,
            tls=_tls() if is_tls else None,
        )
        self._pools[origin] = pool = Pool(
            address,
            limit=self._connections,
            connect_timeout_seconds=self._connect_timeout_seconds,
            keep_alive_seconds=self._keep_alive_seconds,
        )
        return pool


@cache
def _tls() -> ssl.SSLContext:
    """Return the one context of this process: loading the roots takes long."""
    return httpx.create_ssl_context(trust_env=False)


def _request(method: str, target: str, host: str, headers: Mapping[str, str], body: bytes | None) -> bytes:
    lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
    if body is None:
        return f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{lines}\r\n".encode("ascii")
    return (
        f"{method} {target} HTTP/1.1\r\nHost: {host}\r\n{lines}Content-Length: {len(body)}\r\n\r\n".encode("ascii")
        + body
    )
