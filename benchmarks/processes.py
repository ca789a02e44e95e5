"""The processes of one run: each on a core that it is told, and what it takes, as Linux counts it."""

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parent.parent
START_SECONDS: Final = 120.0
_PROC: Final = Path("/proc")


@dataclass(frozen=True, slots=True)
class Running:
    """A process and those that it started."""

    pid: int
    port: int

    def cpu_seconds(self) -> float:
        """Return the CPU time of all their threads so far."""
        return sum(_thread_seconds(pid) for pid in self._pids())

    def memory_mb(self) -> float:
        """Return what they hold in memory: the sum of their resident sets, less what they share with files."""
        return sum(_anonymous_kb(pid) for pid in self._pids()) / 1_024

    def _pids(self) -> Iterator[int]:
        yield self.pid
        children = (_PROC / str(self.pid) / "task" / str(self.pid) / "children").read_text()
        yield from map(int, children.split())


def _thread_seconds(pid: int) -> float:
    nanoseconds = 0
    for file in (_PROC / str(pid) / "task").glob("*/schedstat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            nanoseconds += int(file.read_text().split()[0])
    return nanoseconds / 1e9


def _anonymous_kb(pid: int) -> int:
    status = (_PROC / str(pid) / "status").read_text()
    return int(status.partition("RssAnon:")[2].split()[0])


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def cores() -> tuple[int, int]:
    """Return the core of what is measured, and the core of the rest: the same where there is but one."""
    usable = sorted(os.sched_getaffinity(0))
    return usable[0], usable[-1]


@contextmanager
def started(
    command: Sequence[str | Path], *, port: int, on: Sequence[int], environment: Mapping[str, str]
) -> Iterator[Running]:
    """Run a server until it listens, and end it afterwards."""
    process = subprocess.Popen(  # noqa: S603  a command of this folder
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        preexec_fn=partial(os.sched_setaffinity, 0, on),  # noqa: PLW1509  nothing else runs yet
    )
    try:
        _wait(process, port)
        yield Running(process.pid, port)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            message = f"{process.args!r} ended with {process.returncode}"
            raise RuntimeError(message)
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return
        time.sleep(0.05)
    message = f"{process.args!r} does not listen"
    raise RuntimeError(message)


def module(name: str) -> list[str]:
    """Return the command that runs a module of ours."""
    return [sys.executable, "-m", name]
