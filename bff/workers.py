"""Several processes at one port: each is the whole BFF, and answers the connections that it accepts.

What lives in a process lives in each: its feed of changes (so a live connection hears all, wherever it is), its pools
of connections, its caches, its count of live connections, and rate limits in memory: with workers, those are Redis's.
"""

import os
import signal
import time
from collections.abc import Callable
from typing import Final

_OWN: Final = {signal.SIGTERM, signal.SIGINT, signal.SIGCHLD}
# A worker that dies at once would otherwise be begun a thousand times a second.
RESTART_SECONDS: Final = 1.0


class Workers:
    """Processes that do the same `work`, forked from this one: call it before any thread or event loop has begun.

    One that dies is replaced. SIGTERM and SIGINT are handed on to all, and are the end of it.
    """

    def __init__(self, count: int, work: Callable[[], None]) -> None:
        self._count: Final = count
        self._work: Final = work
        self._running: Final[set[int]] = set()
        self._stopping = False

    def run(self) -> None:
        """Return when all have ended after a signal."""
        # Waited for below, in turn: no handler runs in the middle of something.
        signal.pthread_sigmask(signal.SIG_BLOCK, _OWN)
        for _ in range(self._count):
            self._begin()
        while self._running:
            if signal.sigwait(_OWN) is signal.SIGCHLD:
                self._replace_ended()
            else:
                self._stop()

    def _begin(self) -> None:
        pid = os.fork()
        if pid:
            self._running.add(pid)
            return
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _OWN)
        status = 1
        try:
            self._work()
            status = 0
        finally:
            # Not back into the caller's code, which is the first process's.
            os._exit(status)

    def _replace_ended(self) -> None:
        while self._running:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._running.discard(pid)
            if not self._stopping:
                time.sleep(RESTART_SECONDS)
                self._begin()

    def _stop(self) -> None:
        self._stopping = True
        for pid in self._running:
            os.kill(pid, signal.SIGTERM)
