import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.errors import SandboxError
from sandbox.ports import free_ports
from sandbox.processes import Program, Supervisor
from sandbox.state import PROJECT, StateFolder

SERVER = "import http.server as h, sys; h.test(h.SimpleHTTPRequestHandler, port=int(sys.argv[1]), bind='127.0.0.1')"

# A platform of one program, to be killed: it prints the program's process id once it serves.
KILLED = f"""
import asyncio, sys
from pathlib import Path
from sandbox.processes import Program, Supervisor
from sandbox.state import StateFolder

async def main():
    folder = StateFolder(Path(sys.argv[1]))
    with folder.held() as lock:
        supervisor = Supervisor(folder.data("logs"), lock)
        port = int(sys.argv[2])
        await supervisor.start(
            Program(name="web", command=[sys.executable, "-c", {SERVER!r}, str(port)], port=port, environment={{}})
        )
        print(next(iter(supervisor._running.values()))[1].pid, flush=True)
        await supervisor.first_to_stop()

asyncio.run(main())
"""


@pytest.fixture
async def supervisor(tmp_path: Path) -> AsyncIterator[Supervisor]:
    folder = StateFolder(tmp_path / "state")
    with folder.held() as lock:
        supervisor = Supervisor(folder.data("logs"), lock)
        yield supervisor
        await supervisor.stop()


def web() -> Program:
    (port,) = free_ports(1)
    return Program(name="web", command=[sys.executable, "-c", SERVER, str(port)], port=port, environment={}, health="/")


@pytest.mark.anyio
async def test_a_program_serves_once_it_has_started_and_is_gone_once_stopped(supervisor: Supervisor) -> None:
    await supervisor.start(web())
    (process,) = [process for _, process in supervisor._running.values()]
    assert lives(process.pid)
    await supervisor.stop()
    assert not lives(process.pid)


@pytest.mark.anyio
async def test_a_program_that_does_not_start_shows_the_last_line_of_its_log(supervisor: Supervisor) -> None:
    broken = Program(name="web", command=[sys.executable, "-c", "raise SystemExit('no luck')"], port=1, environment={})
    with pytest.raises(SandboxError, match=r"The web process stopped as it started; .*web.log: no luck"):
        await supervisor.start(broken)


@pytest.mark.anyio
async def test_the_first_program_to_stop_is_named(supervisor: Supervisor) -> None:
    await supervisor.start(web())
    (process,) = [process for _, process in supervisor._running.values()]
    os.kill(process.pid, signal.SIGKILL)
    assert "The web process stopped (status -9)" in str(await supervisor.first_to_stop())


def test_nothing_outlives_a_killed_platform(tmp_path: Path) -> None:
    """Not even by `kill -9`; and the folder is free again only when all has stopped."""
    (port,) = free_ports(1)
    with subprocess.Popen(  # noqa: S603  the test's own script
        [sys.executable, "-c", KILLED, str(tmp_path / "state"), str(port)], cwd=PROJECT, stdout=subprocess.PIPE
    ) as platform:
        assert platform.stdout is not None
        program = int(platform.stdout.readline())
        platform.kill()
    with StateFolder(tmp_path / "state").held():
        assert not lives(program)


def lives(process: int) -> bool:
    """Say whether a process is there and no zombie that only waits for its parent to notice."""
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        if "\nState:\tZ" not in Path(f"/proc/{process}/status").read_text():
            return True
        time.sleep(0.05)
    return False
