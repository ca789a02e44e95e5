"""A real Redis of a test's own: in memory, on a free port, and killed at will."""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

HOST = "127.0.0.1"
START_SECONDS = 20


class RedisServer:
    """A Redis that starts and stops; it forgets everything when it stops. Use `running`."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("redis-server is not installed: apt-get install redis-server")
        self._command = [program, "--bind", HOST, "--dir", str(folder), "--save", "", "--appendonly", "no"]
        self._process: subprocess.Popen[bytes] | None = None
        self.port = free_port()
        self.url = f"redis://{HOST}:{self.port}"

    def start(self) -> None:
        """Start on the same port as before; return when it answers."""
        command = [*self._command, "--port", str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # noqa: S603  the test's own server
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, "redis-server did not start"
            assert time.monotonic() < deadline, "redis-server does not answer"
            time.sleep(0.02)

    def stop(self) -> None:
        """Kill it, as a machine that goes away would."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def ask(self, *words: str) -> list[str]:
        """Return the lines of the answer to a command."""
        with socket.create_connection((HOST, self.port), timeout=5) as connection:
            connection.sendall(f"{' '.join(words)}\r\nQUIT\r\n".encode())
            with connection.makefile() as answer:
                return answer.read().splitlines()

    def _answers(self) -> bool:
        try:
            return "+PONG" in self.ask("PING")
        except OSError:
            return False


@contextmanager
def running(folder: Path) -> Iterator[RedisServer]:
    """Run a Redis; skip the test where there is none."""
    server = RedisServer(folder)
    server.start()
    try:
        yield server
    finally:
        server.stop()


def free_port() -> int:
    """Return a port on which nobody listens."""
    with socket.socket() as free:
        free.bind((HOST, 0))
        return int(free.getsockname()[1])
