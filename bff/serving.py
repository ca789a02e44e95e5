"""The app behind uvicorn: bounds for connections, and an end for live ones where the server stops."""

import gc
import logging
import socket
from contextlib import closing
from typing import Final

import uvicorn
from starlette.applications import Starlette

from bff.live.frames import FrameProtocol
from bff.live.unread import drop_unread
from bff.server import Bounds, bounded_protocol
from bff.settings import Settings
from bff.workers import Workers

# Longer than a browser or a balancer waits before it uses an idle connection again.
_KEEP_ALIVE_SECONDS: Final = 75
_SHUTDOWN_SECONDS: Final = 10
_UNREAD_SECONDS: Final = 30
_PING_SECONDS: Final = 20


# Collections of what is young cost little but come often: a hundred requests apart is often enough.
_GC_THRESHOLDS: Final = (50_000, 20, 100)


def serve(app: Starlette, settings: Settings, *, workers: int = 1) -> None:
    """Serve until SIGTERM or SIGINT, in this process or in so many forked from it."""
    logging.basicConfig(level="INFO", format="%(levelname)s %(name)s %(message)s")
    # httpx logs each URL it calls: ids belong to the audit, not to a log.
    logging.getLogger("httpx").setLevel("WARNING")
    bounds = Bounds(
        max_header_bytes=settings.max_header_bytes,
        header_timeout_seconds=settings.header_timeout_seconds,
        # The endpoint gives up earlier, and says so: this is for bodies that nobody reads.
        body_timeout_seconds=2 * settings.body_timeout_seconds,
    )
    config = uvicorn.Config(
        app,
        loop="uvloop",
        http=bounded_protocol(bounds),
        ws=FrameProtocol,
        # A larger frame than this is not even read; one up to it is refused with the protocol's code.
        ws_max_size=2 * settings.socket_max_frame_bytes,
        ws_per_message_deflate=False,
        ws_ping_interval=_PING_SECONDS,
        ws_ping_timeout=_PING_SECONDS,
        access_log=False,
        log_level="warning",
        server_header=False,
        # X-Forwarded-For is read where rates are limited, and from trusted proxies alone.
        proxy_headers=False,
        timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
    )
    with closing(_listener(settings.host, settings.port)) as listener:
        drop_unread(listener, _UNREAD_SECONDS)
        if workers == 1:
            _Server(config).run([listener])
        else:
            # What they share stays shared, as long as no collection writes into it.
            gc.freeze()
            Workers(workers, lambda: _Server(config).run([listener])).run()


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and then take what is there by now out of every later garbage collection: it stays."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()
        gc.set_threshold(*_GC_THRESHOLDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End live connections, each with its protocol's word for it, then wait for what runs."""
        self.config.app.state.stays.stop()  # type: ignore[union-attr]  # the app itself, not its name
        await super().shutdown(sockets)


def _listener(host: str, port: int) -> socket.socket:
    # With its protocol named, asyncio turns Nagle's algorithm off: 40 ms an answer.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host, port))
    return listener
