"""From a service's transaction to a BFF's subscriber, over everything that may break in between."""

import asyncio
import contextlib
import json
import os
import random
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from bff.auth.internal import InternalToken
from bff.live.feed import Feed, Subscription
from clients.changes.client import ChangesClient
from clients.changes.following import follow
from clients.http import http_client
from clients.ids import DoctorId, PatientId
from services.common.clock import Clock, shifted_clock, system_clock
from services.common.outbox import Event, event_write
from services.common.table import Table
from tests.services import emulators
from tests.services.tokens import Issuers

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(180)]

EVENTS = 200
WRITERS = 10
CUTS = 12
# Longer than a quick reading of the log goes back, shorter than any write may take.
LATEST_COMMIT_SECONDS = 6.0
LATE_SECONDS = 10.0
# The service as it is, but for a shorter patience: the test would take minutes.
SERVICE = f"""
import runpy
from services.common import changes
from services.common.change_log import Pace
from services.common.late_reading import Reach
changes.Pace = lambda: Pace(reach=Reach(late_seconds={LATE_SECONDS}))
runpy.run_module("services.erp", run_name="__main__")
"""
PATIENT, DOCTOR = PatientId("pat_ana"), DoctorId("doc_bruno")
CHANCE = random.Random(3)  # noqa: S311  a test's dice
PROJECT = Path(__file__).parents[2]


@dataclass
class Service:
    """The ERP as a process, with one address whatever becomes of it."""

    environment: Mapping[str, str]
    port: int
    process: Process | None = None

    async def start(self) -> None:
        """Return when it serves."""
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SERVICE, cwd=PROJECT, env={**os.environ, **self.environment}
        )
        async with httpx.AsyncClient(trust_env=False) as http:
            for _ in range(600):
                with contextlib.suppress(httpx.TransportError):
                    await http.get(f"http://127.0.0.1:{self.port}/health")
                    return
                await asyncio.sleep(0.1)
        pytest.fail("the service does not answer")

    async def stop(self, how: signal.Signals) -> float:
        """Return how many seconds it took."""
        assert self.process is not None
        began = asyncio.get_running_loop().time()
        self.process.send_signal(how)
        await self.process.wait()
        return asyncio.get_running_loop().time() - began


@dataclass
class Line:
    """The network between the two: connections are passed on, until they are cut."""

    to_port: int
    open: set[asyncio.StreamWriter] = field(default_factory=set)
    cuts: int = 0

    async def connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on."""
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self.to_port)
        except OSError:
            writer.transport.abort()
            return
        self.open |= {writer, far_writer}
        await asyncio.gather(self._pass_on(reader, far_writer), self._pass_on(far_reader, writer))
        self.open -= {writer, far_writer}

    async def cut(self) -> bool:
        """Break every connection, in the middle of whatever they say; say whether there was one."""
        was_open = bool(self.open)
        self.cuts += was_open
        for writer in tuple(self.open):
            writer.transport.abort()
        return was_open

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while some := await reader.read(CHANCE.randint(1, 400)):
                writer.write(some)
                await writer.drain()
        writer.transport.abort()


@pytest.fixture
def clock_file(tmp_path: Path) -> Path:
    return tmp_path / "clock"


@pytest.fixture
async def service(table: Table, ministack_url: str, issuers: Issuers, clock_file: Path) -> AsyncIterator[Service]:
    """Run the service over the test's table, with the sandbox's clock."""
    port = emulators._free_port()
    with emulators.aws_environment(ministack_url) as aws:
        environment = {
            "HEALTHMED_PORT": str(port),
            "HEALTHMED_TABLE": table.name,
            "HEALTHMED_CALLER_KEYS": json.dumps(issuers.public()),
            "HEALTHMED_CLOCK_FILE": str(clock_file),
        }
        service = Service(environment | aws, port)
        await service.start()
        yield service
        await service.stop(signal.SIGKILL)


@asynccontextmanager
async def line_to(service: Service) -> AsyncIterator[tuple[Line, str]]:
    line = Line(service.port)
    async with await asyncio.start_server(line.connect, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        yield line, f"http://{host}:{port}"
        await line.cut()


def feed_of(url: str, http: httpx.AsyncClient, issuers: Issuers) -> Feed:
    """Return a BFF's feed of one service."""
    pem = issuers.keys["bff"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    token = InternalToken(pem, lambda: system_clock().timestamp())
    client = ChangesClient(name="erp", base_url=url, http=http, headers=token.own_headers)
    return Feed([follow(client)], max_unread=10 * EVENTS)


async def write(table: Table, clock: Clock, count: int) -> list[str]:
    """Write events one after the other, each as late after its id was made as a slow transaction would; return ids."""
    written = []
    for number in range(count):
        data = {"patientId": PATIENT, "doctorId": DOCTOR, "appointmentId": f"apt_{number}"}
        event = Event.of("appointment.confirmed", f"apt_{number}", 1, clock(), data)
        await asyncio.sleep(CHANCE.choice([0.0, 0.05, 0.3, 2.0]))
        if CHANCE.random() < 0.15:
            await asyncio.sleep(LATEST_COMMIT_SECONDS * CHANCE.random())
        await table.transact([event_write(event)])
        written.append(event.id)
    return written


async def collect(subscription: Subscription, into: list[str]) -> None:
    into.extend([change.id async for change in subscription])


async def disturb(line: Line, service: Service, clock_file: Path) -> list[float]:
    """Cut the line again and again, move the clock by two days, stop the service in both ways; return how long."""
    took: list[float] = []
    while line.cuts < CUTS:
        await asyncio.sleep(CHANCE.uniform(0.1, 0.7))
        if not await line.cut():
            continue
        if line.cuts == CUTS // 2:
            await asyncio.to_thread(clock_file.write_text, "172800")
        elif line.cuts in {CUTS // 4, CUTS * 3 // 4}:
            took.append(await service.stop(signal.SIGKILL if took else signal.SIGTERM))
            await asyncio.sleep(0.5)
            await service.start()
    return took


async def test_each_of_200_events_reaches_each_subscriber_once(
    table: Table, service: Service, issuers: Issuers, clock_file: Path
) -> None:
    """Written by ten at once, some late, while connections break, the clock moves, and the service is stopped twice.

    And in the calm after it, when the cursor moves on.
    """
    heard: list[list[str]] = [[], [], []]
    async with line_to(service) as (line, url), http_client() as http, feed_of(url, http, issuers) as feed:
        subscriptions = [feed.of_patient(PATIENT), feed.of_patient(PATIENT), feed.of_doctor(DOCTOR)]
        collecting = [asyncio.create_task(collect(*each)) for each in zip(subscriptions, heard, strict=True)]
        disturbing = asyncio.create_task(disturb(line, service, clock_file))
        clock = shifted_clock(clock_file)
        writing = await asyncio.gather(*(write(table, clock, EVENTS // WRITERS) for _ in range(WRITERS)))
        graceful_seconds, _ = await disturbing
        await asyncio.sleep(LATE_SECONDS + 4)
        for subscription in subscriptions:
            await subscription.aclose()
        await asyncio.gather(*collecting)
        assert feed.subscribers == 0
    written = sorted(identifier for ids in writing for identifier in ids)
    assert len(set(written)) == EVENTS
    for each in heard:
        assert sorted(each) == written
    assert graceful_seconds < 5
