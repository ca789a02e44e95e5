"""More processes of a running platform: a second BFF, another service on the same tables, to be killed by a test."""

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from sandbox.ports import HOST, free_ports
from tests.platform import Platform

START_SECONDS = 60


@dataclass(slots=True, kw_only=True)
class Another:
    """A program like one of the platform's, at an address of its own that it keeps over its restarts."""

    name: str
    environment: Mapping[str, str]
    port: int
    process: asyncio.subprocess.Process | None = None

    @property
    def url(self) -> str:
        """Where it serves."""
        return f"http://{HOST}:{self.port}"

    async def start(self) -> None:
        """Return when it is ready."""
        module, health = ("bff", "/health/ready") if self.name == "bff" else (f"services.{self.name}", "/health")
        environment = {**self.environment, "HEALTHMED_PORT": str(self.port)}
        self.process = await asyncio.create_subprocess_exec(sys.executable, "-m", module, env=environment)
        async with asyncio.timeout(START_SECONDS), httpx.AsyncClient(trust_env=False) as http:
            while not await _is_up(http, self.url + health):  # noqa: ASYNC110  another process tells nobody
                await asyncio.sleep(0.1)

    async def stop(self, number: signal.Signals) -> int:
        """Send a signal, and return the exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return await self.process.wait()


@asynccontextmanager
async def another(platform: Platform, name: str, **changes: str) -> AsyncIterator[Another]:
    """Run a program with the environment of the platform's own, but for `changes`; kill what is left of it."""
    (port,) = free_ports(1)
    program = Another(name=name, environment={**environment_of(platform.processes[name]), **changes}, port=port)
    await program.start()
    try:
        yield program
    finally:
        if program.process and program.process.returncode is None:
            await program.stop(signal.SIGKILL)


def environment_of(process: int) -> dict[str, str]:
    """Return the environment that a process of this machine was started with."""
    written = Path(f"/proc/{process}/environ").read_text()
    return dict(line.split("=", 1) for line in written.split("\0") if line)


async def _is_up(http: httpx.AsyncClient, url: str) -> bool:
    try:
        return (await http.get(url)).is_success
    except httpx.TransportError:
        return False
