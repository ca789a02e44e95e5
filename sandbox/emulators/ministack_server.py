"""ministack that outlives a kill: it saves its state while it runs, not at a clean stop only.

Runs in the emulators' own environment, with ministack's variables: `python ministack_server.py`. A snapshot is a fork:
the child writes what memory held at that instant, and the parent goes on serving. ministack changes its state on the
event loop's thread alone, so an instant between two requests is a consistent one. This stands on private functions of
ministack, hence its exact pin. `POST /_sandbox/save` answers once everything written before it is on disk.
"""

import asyncio
import json
import logging
import os
import signal
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import uvicorn
from ministack import app as ministack
from ministack.core import persistence

SAVE_PATH = "/_sandbox/save"
QUIET_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 5.0
SNAPSHOT_DEADLINE_SECONDS = 60
READING_ACTIONS = ("BatchGet", "Decrypt", "Describe", "Get", "List", "Query", "Scan", "TransactGet")

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

logger = logging.getLogger("sandbox.ministack")


class SavingServer:
    """The ASGI application: ministack, with an eye on what changes its state."""

    def __init__(self) -> None:
        self._first_unsaved: float | None = None
        self._last_write = 0.0
        self._saving = asyncio.Lock()
        self._background: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on to ministack, but for the one path that is ours."""
        if scope["type"] == "lifespan":
            self._background = asyncio.create_task(self._save_when_due())
        if scope["type"] == "http" and scope["path"] == SAVE_PATH:
            await self.save()
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body", "body": b""})
            return
        try:
            await ministack.app(scope, receive, send)
        finally:
            if scope["type"] == "http" and _writes(scope):
                self._last_write = time.monotonic()
                self._first_unsaved = self._first_unsaved or self._last_write

    async def save(self) -> None:
        """Write the state of this instant; return when it is on disk."""
        async with self._saving:
            self._first_unsaved = None
            process = os.fork()
            if process == 0:
                _write_and_exit()
            _, status = await asyncio.to_thread(os.waitpid, process, 0)
            if status != 0:
                logger.error("a snapshot failed with status %s; the next one tries again", status)
                self._first_unsaved = time.monotonic()

    async def _save_when_due(self) -> None:
        while True:
            await asyncio.sleep(QUIET_SECONDS / 4)
            now = time.monotonic()
            quiet = now - self._last_write >= QUIET_SECONDS
            if self._first_unsaved and (quiet or now - self._first_unsaved >= LONGEST_WAIT_SECONDS):
                await self.save()


def _writes(scope: Scope) -> bool:
    if scope["method"] in {"GET", "HEAD", "OPTIONS"}:
        return False
    target = dict(scope["headers"]).get(b"x-amz-target", b"").decode()
    return not target.partition(".")[2].startswith(READING_ACTIONS)


def _write_and_exit() -> None:
    """Be the snapshot: nothing of the parent's clean-up may run in this process, whatever happens."""
    status = 1
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(SNAPSHOT_DEADLINE_SECONDS)
        write_state(ministack._build_persistence_save_dict())  # noqa: SLF001  see the module's docstring
        status = 0
    finally:
        os._exit(status)


def write_state(services: Mapping[str, Callable[[], Any]]) -> None:
    """Write each service's state as ministack reads it back, each file at once or not at all.

    ministack's own writer does the same through the slow, streaming JSON encoder: 5 s where this takes 1.
    """
    folder = Path(persistence.STATE_DIR)
    for service, state_of in services.items():
        state = state_of()
        if state is None:
            continue
        version = persistence._state_format_version(service)  # noqa: SLF001  see the module's docstring
        text = json.dumps(
            {"__ministack_format__": version, "payload": state},
            default=persistence._json_default,  # noqa: SLF001  see the module's docstring
        )
        partial = folder / f"{service}.json.partial"
        partial.write_text(text)
        partial.replace(folder / f"{service}.json")


def main() -> None:
    """Serve until SIGTERM."""
    ministack.save_all = write_state  # what ministack calls at a clean stop
    uvicorn.run(
        SavingServer(),
        host=os.environ["BIND_HOST"],
        port=int(os.environ["GATEWAY_PORT"]),
        access_log=False,
        log_level="warning",
        timeout_keep_alive=75,  # longer than clients keep a connection: else one is closed while a call is on its way
        timeout_graceful_shutdown=5,
    )


if __name__ == "__main__":
    main()
