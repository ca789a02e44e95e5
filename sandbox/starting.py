"""The order in which a platform starts: what others stand on first, and as much as possible at the same time."""

import asyncio
import os
import sys
from collections.abc import Awaitable, Coroutine
from dataclasses import asdict
from datetime import date, datetime
from typing import Final

import httpx

from sandbox.demo.world import HOME_ZONE, World
from sandbox.emulation import Emulators, aws_environment, base_environment
from sandbox.errors import SandboxError, StateDamagedError
from sandbox.keys import Keys
from sandbox.prepare import graphiql
from sandbox.processes import Program, Supervisor
from sandbox.programs import Programs, Surroundings, describe
from sandbox.progress import Progress
from sandbox.provision import Provisioned, missing, provision
from sandbox.running import Pool, RunningPlatform
from sandbox.seed import seed
from sandbox.state import StateFolder

_PROVISION: Final = "pools, tables, bucket, key"
_DEMO_DATA: Final = "demo people and appointments"
_SAVE_TIMEOUT_SECONDS: Final = 60


class Starting:
    """One start on a state folder that is held."""

    def __init__(self, folder: StateFolder, supervisor: Supervisor, progress: Progress) -> None:
        self._folder: Final = folder
        self._supervisor: Final = supervisor
        self._progress: Final = progress
        self._keys: Final = Keys.of(folder)
        self._emulators: Final = Emulators.on(folder, self._keys)
        os.environ.update(aws_environment(self._emulators.aws.url))  # AWS clients of this process mean the emulator

    async def first(self, bff_port: int) -> RunningPlatform:
        """Start on an empty folder: the emulators, what they must hold, then the demo data beside the services."""
        today = datetime.now(HOME_ZONE).date()
        world = asyncio.ensure_future(asyncio.to_thread(World.of, today))
        await _together(*(self._start(program) for program in self._emulators.all))
        self._progress.start(_PROVISION)
        around = self._around(await provision())
        self._progress.done(_PROVISION)
        programs = Programs.on(around, bff_port)
        await _together(
            self._graphiql(),
            self._demo_data(around, world, today),
            *(self._start(program) for program in programs.all),
        )
        return describe(around, programs, self._supervisor.processes())

    async def again(self, bff_port: int) -> RunningPlatform:
        """Start on a folder of an earlier platform: everything at once, but for two that wait for their stores."""
        around = self._around(self._remembered())
        programs, emulators = Programs.on(around, bff_port), self._emulators
        try:
            await _together(
                self._graphiql(),
                self._start_behind_aws(around.provisioned, programs.events),
                self._start_in_turn(emulators.mongo, programs.scheduling),
                *(self._start(each) for each in (emulators.google, programs.records, programs.erp, programs.bff)),
            )
        except StateDamagedError:
            raise
        except SandboxError as failure:
            message = f"{failure} (if that means a damaged state, `make reset` starts afresh)"
            raise SandboxError(message) from failure
        return describe(around, programs, self._supervisor.processes())

    def _around(self, provisioned: Provisioned) -> Surroundings:
        return Surroundings(folder=self._folder, keys=self._keys, emulators=self._emulators, provisioned=provisioned)

    async def _start(self, program: Program) -> None:
        self._progress.start(program.name)
        await self._supervisor.start(program)
        self._progress.done(program.name)

    async def _start_in_turn(self, *programs: Program) -> None:
        for program in programs:
            await self._start(program)

    async def _start_behind_aws(self, provisioned: Provisioned, program: Program) -> None:
        await self._start(self._emulators.aws)
        if gone := await missing(provisioned):
            raise StateDamagedError(self._folder.root, f"without {', '.join(gone)}")
        await self._start(program)

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
            (await client.post(f"{self._emulators.aws.url}/_sandbox/save")).raise_for_status()
        done = {"complete": True, "today": today.isoformat(), "provisioned": asdict(around.provisioned)}
        self._folder.write(self._folder.demo_data, done)
        self._progress.done(_DEMO_DATA)

    def _remembered(self) -> Provisioned:
        try:
            provisioned = self._folder.read(self._folder.demo_data)["provisioned"]
            pools = {audience: Pool(**pool) for audience, pool in provisioned["pools"].items()}
            return Provisioned(pools=pools, kms_key_id=provisioned["kms_key_id"])
        except (KeyError, TypeError, AttributeError) as failure:
            raise StateDamagedError(self._folder.root, self._folder.demo_data.name) from failure


async def _together(*tasks: Coroutine[None, None, None]) -> None:
    """Do all at the same time; where one fails, cancel the others and raise what it raised."""
    try:
        async with asyncio.TaskGroup() as group:
            for task in tasks:
                group.create_task(task)
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
