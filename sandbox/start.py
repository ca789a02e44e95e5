"""A platform's life: start everything in the right order, say what to try, and stop everything again."""

import asyncio
import os
import shutil
import signal
import sys
import time
from collections.abc import Awaitable, Coroutine
from datetime import date, datetime
from typing import Final

import httpx

from sandbox import clock
from sandbox.demo.world import HOME_ZONE, World
from sandbox.emulation import aws_environment, base_environment, emulators
from sandbox.errors import SandboxError, StateDamagedError
from sandbox.keys import Keys
from sandbox.ports import HOST, chosen_port
from sandbox.prepare import graphiql
from sandbox.processes import Program, Supervisor
from sandbox.programs import Programs, Surroundings, describe
from sandbox.progress import Progress
from sandbox.provision import Provisioned, provision
from sandbox.running import RunningPlatform
from sandbox.seed import seed
from sandbox.state import StateFolder
from sandbox.welcome import welcome

_DATA: Final = ("ministack", "s3", "mongo", "google")
_DEFAULT_PORT: Final = "8000"
_PROVISION: Final = "pools, tables, bucket, key"
_DEMO_DATA: Final = "demo people and appointments"
_FIRST: Final = " (the first time, with demo data)"
_SAVE_TIMEOUT_SECONDS: Final = 60


async def run(folder: StateFolder) -> None:
    """Run the platform in the foreground until a signal stops it; raise `SandboxError` where it cannot go on."""
    running = asyncio.ensure_future(_hold_and_run(folder))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        print("HealthMed has stopped.")


async def _hold_and_run(folder: StateFolder) -> None:
    began = time.monotonic()
    with folder.held() as lock:
        bff_port = chosen_port(os.environ.get("HEALTHMED_PORT") or _DEFAULT_PORT)
        first = _is_first_start(folder)
        clock.offset(folder)  # services would stumble over a damaged one
        supervisor = Supervisor(folder.data("logs"), lock)
        try:
            with Progress(f"HealthMed: starting{_FIRST if first else ''}") as progress:
                platform = await _Start(folder, supervisor, progress, first=first).everything(bff_port)
            platform.save(folder)
            print(welcome(platform, folder, time.monotonic() - began), flush=True)
            raise await supervisor.first_to_stop()
        finally:
            print("\nStopping ...", flush=True)
            await supervisor.stop()


def _is_first_start(folder: StateFolder) -> bool:
    """Say whether demo data is due; what an interrupted first start left behind is cleared away."""
    if folder.read(folder.demo_data).get("complete"):
        return False
    for name in _DATA:
        shutil.rmtree(folder.root / name, ignore_errors=True)
    folder.clock_offset.unlink(missing_ok=True)
    return True


class _Start:
    """One start: `first` where the demo data is still to be made."""

    def __init__(self, folder: StateFolder, supervisor: Supervisor, progress: Progress, *, first: bool) -> None:
        self._folder: Final = folder
        self._supervisor: Final = supervisor
        self._progress: Final = progress
        self._first: Final = first

    async def everything(self, bff_port: int) -> RunningPlatform:
        """Start emulators, make what they must hold, start the services and the BFF; return where all that is."""
        keys = Keys.of(self._folder)
        today = datetime.now(HOME_ZONE).date()
        world = asyncio.ensure_future(asyncio.to_thread(World.of, today)) if self._first else None
        aws, mongo, google = emulators(self._folder, keys)
        try:
            await _together(*(self._start(program) for program in (aws, mongo, google)))
        except SandboxError as failure:
            if self._first:
                raise
            message = f"{failure} (if that means a damaged state, `make reset` starts afresh)"
            raise SandboxError(message) from failure
        os.environ.update(aws_environment(aws.url))  # from here on, AWS clients of this process mean the emulator
        around = Surroundings(
            folder=self._folder,
            keys=keys,
            provisioned=await self._provision(),
            aws_url=aws.url,
            mongo_url=f"mongodb://{HOST}:{mongo.port}",
            google_url=google.url,
        )
        programs = Programs.on(around, bff_port)
        await _together(
            self._graphiql(),
            *(self._start(program) for program in (*programs.services, programs.bff)),
            *([self._demo_data(around, world, today)] if world else []),
        )
        return describe(around, programs, self._supervisor.processes())

    async def _start(self, program: Program) -> None:
        self._progress.start(program.name)
        await self._supervisor.start(program)
        self._progress.done(program.name)

    async def _provision(self) -> Provisioned:
        self._progress.start(_PROVISION)
        provisioned = await provision()
        if provisioned.made and not self._first:
            raise StateDamagedError(self._folder.root, f"without {', '.join(sorted(provisioned.made))}")
        self._progress.done(_PROVISION)
        return provisioned

    async def _graphiql(self) -> None:
        """Build GraphiQL's assets where they are missing or stale; the BFF serves them as soon as they are there."""
        step = graphiql.assets()
        if step.is_done():
            return
        self._progress.start(step.name)
        command = [sys.executable, "-m", "sandbox.prepare", "graphiql"]
        await self._supervisor.finish(step.name, command, base_environment())
        self._progress.done(step.name)

    async def _demo_data(self, around: Surroundings, world: Awaitable[World], today: date) -> None:
        self._progress.start(_DEMO_DATA)
        await seed(around, await world)
        async with httpx.AsyncClient(trust_env=False, timeout=_SAVE_TIMEOUT_SECONDS) as client:
            (await client.post(f"{around.aws_url}/_sandbox/save")).raise_for_status()
        self._folder.write(self._folder.demo_data, {"complete": True, "today": today.isoformat()})
        self._progress.done(_DEMO_DATA)


async def _together(*tasks: Coroutine[None, None, None]) -> None:
    """Do all at the same time; where one fails, cancel the others and raise what it raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(task)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
