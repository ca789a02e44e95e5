"""The processes of a running platform: started in groups of their own, watched, and all stopped together."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from asyncio.subprocess import Process
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from sandbox.errors import SandboxError
from sandbox.ports import HOST
from sandbox.state import PROJECT

START_TIMEOUT_SECONDS: Final = 60
STOP_TIMEOUT_SECONDS: Final = 10
_POLL_SECONDS: Final = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One process: `health` is the path that answers 200 once it serves; without one, an open port says so."""

    name: str
    command: Sequence[str]
    port: int
    environment: Mapping[str, str]
    health: str | None = None
    stops_last: bool = False

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://{HOST}:{self.port}"


@dataclass(slots=True)
class Supervisor:
    """Starts programs, and sees to it that none outlives this process."""

    logs: Path
    lock: int
    _running: dict[str, tuple[Program, Process]] = field(default_factory=dict, init=False)
    _guard: subprocess.Popen[bytes] = field(init=False)
    _client: httpx.AsyncClient = field(init=False)

    def __post_init__(self) -> None:
        script = str(Path(__file__).with_name("guard.py"))
        self._guard = subprocess.Popen(  # noqa: S603  our own script
            [sys.executable, script], stdin=subprocess.PIPE, pass_fds=[self.lock], start_new_session=True
        )
        self._client = httpx.AsyncClient(trust_env=False, timeout=5)

    async def start(self, program: Program) -> None:
        """Start a program and wait until it serves; raise `SandboxError` where it does not."""
        log = self.logs / f"{program.name}.log"
        process = await self._spawn(program.command, program.environment, log)
        self._running[program.name] = (program, process)
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not await self._serves(program):
            if process.returncode is not None:
                raise SandboxError(_why(f"The {program.name} process stopped as it started", log))
            if time.monotonic() > deadline:
                raise SandboxError(_why(f"The {program.name} process does not answer", log))
            await asyncio.sleep(_POLL_SECONDS)

    async def finish(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        """Run a command to its end; raise `SandboxError` where it fails. It too ends with this process."""
        log = self.logs / f"{name}.log"
        process = await self._spawn(command, environment, log)
        try:
            status = await process.wait()
        except asyncio.CancelledError:
            await _stop(process)
            raise
        if status != 0:
            raise SandboxError(_why(f"{name} failed", log))

    def processes(self) -> dict[str, int]:
        """Return the process ids of the programs by name; each leads a process group."""
        return {name: process.pid for name, (_, process) in self._running.items()}

    async def first_to_stop(self) -> SandboxError:
        """Wait until a program stops on its own, and return what to say about it."""
        waiting = {asyncio.create_task(process.wait()): name for name, (_, process) in self._running.items()}
        done, others = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in others:
            task.cancel()
        name = waiting[done.pop()]
        status = self._running[name][1].returncode
        return SandboxError(_why(f"The {name} process stopped (status {status})", self.logs / f"{name}.log"))

    async def stop(self) -> None:
        """Stop every program: what others stand on, last."""
        for last in (False, True):
            group = [process for program, process in self._running.values() if program.stops_last is last]
            await asyncio.gather(*(_stop(process) for process in group))
        await self._client.aclose()
        self._guard.kill()
        self._guard.communicate()

    async def _serves(self, program: Program) -> bool:
        try:
            if program.health is None:
                _, writer = await asyncio.open_connection(HOST, program.port)
                writer.close()
                return True
            return (await self._client.get(f"{program.url}{program.health}")).is_success
        except (OSError, httpx.TransportError):
            return False

    async def _spawn(self, command: Sequence[str], environment: Mapping[str, str], log: Path) -> Process:
        """Start a process group, and tell the guard of it."""
        with log.open("wb") as output:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=PROJECT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        assert self._guard.stdin is not None  # noqa: S101  it was opened as a pipe
        self._guard.stdin.write(f"{process.pid}\n".encode())
        self._guard.stdin.flush()
        return process


async def _stop(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), STOP_TIMEOUT_SECONDS)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


def _why(what: str, log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return f"{what}; its last line in {log}: {lines[-1] if lines else '(nothing)'}"
