"""A service's application under uvicorn, in the test's own process: streams need a real server."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import uvicorn
from starlette.types import ASGIApp

from services.common.app import Server


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[str]:
    """Serve `app`; yield its URL, and end it as SIGTERM would."""
    config = uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", timeout_graceful_shutdown=5)
    server = Server(config)
    serving = asyncio.create_task(server.serve())
    try:
        await eventually(lambda: server.started)
        host, port = server.servers[0].sockets[0].getsockname()
        yield f"http://{host}:{port}"
    finally:
        server.should_exit = True
        await serving


async def eventually(held: Callable[[], bool], seconds: float = 10) -> None:
    """Return once something holds; fail where it does not in time."""
    for _ in range(int(seconds * 100)):
        if held():
            return
        await asyncio.sleep(0.01)
    raise AssertionError(held)
