"""What is being done, while it is done: one line a finished step, and on a terminal a live line of those under way.

Standard library only: it also runs before any package is installed.
"""

import sys
import threading
import time
from types import TracebackType
from typing import Final, Self

_NAME_WIDTH: Final = 34
_REFRESH_SECONDS: Final = 0.2


class Progress:
    """A display of steps that run at the same time; safe to call from several threads."""

    def __init__(self, title: str) -> None:
        self._title: Final = title
        self._lock: Final = threading.Lock()
        self._started: Final[dict[str, float]] = {}
        self._begin: Final = time.monotonic()
        self._over: Final = threading.Event()
        self._live: Final = sys.stdout.isatty()
        self._ticker: Final = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        print(self._title, flush=True)
        if self._live:
            self._ticker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._over.set()
        if self._live:
            self._ticker.join()
            self._print("")

    def start(self, step: str) -> None:
        """Say that `step` is under way."""
        with self._lock:
            self._started[step] = time.monotonic()

    def done(self, step: str, outcome: str = "ok") -> None:
        """Say that `step` is over, and how long it took."""
        with self._lock:
            seconds = time.monotonic() - self._started.pop(step, self._begin)
            self._print(f"  {outcome:<6} {step:<{_NAME_WIDTH}} {seconds:5.1f} s\n")

    def _tick(self) -> None:
        while not self._over.wait(_REFRESH_SECONDS):
            with self._lock:
                if self._started:
                    seconds = time.monotonic() - self._begin
                    self._print(f"  ...    {', '.join(self._started)}  {seconds:.0f} s"[:100])

    def _print(self, line: str) -> None:
        sys.stdout.write(f"\r\x1b[2K{line}" if self._live else line)
        sys.stdout.flush()
