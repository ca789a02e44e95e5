"""An ASGI app behind a real server, on this test's own loop, for what only connections show."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import httpx
import uvicorn
from starlette.types import ASGIApp

from bff.server import Bounds, bounded_protocol

BOUNDS: Final = Bounds(max_header_bytes=8_192, header_timeout_seconds=0.3, body_timeout_seconds=0.3)
START_SECONDS: Final = 10


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.up.set()


@asynccontextmanager
async def served(app: ASGIApp, bounds: Bounds = BOUNDS, **options: Any) -> AsyncIterator[str]:  # noqa: ANN401  uvicorn's own
    """Serve `app` within `bounds`; yield `host:port`."""
    # With its protocol named, asyncio turns Nagle's algorithm off: 40 ms an answer.
    with socket.socket(proto=socket.IPPROTO_TCP) as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            app, http=bounded_protocol(bounds), lifespan="off", log_config=None, timeout_graceful_shutdown=1, **options
        )
        server = _Server(config)
        running = asyncio.create_task(server.serve([listening]))
        async with asyncio.timeout(START_SECONDS):
            await server.up.wait()
        try:
            yield "{}:{}".format(*listening.getsockname())
        finally:
            server.should_exit = True
            await running


class Rerouted(httpx.AsyncHTTPTransport):
    """A network in which every host is one server."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = httpx.URL(url)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Ask that server."""
        request.url = request.url.copy_with(scheme="http", host=self._url.host, port=self._url.port)
        return await super().handle_async_request(request)


@asynccontextmanager
async def connected(address: str) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """Open a connection to `host:port`."""
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield reader, writer
    finally:
        writer.close()
