"""The service as it runs in production: processes of its own, spoken to over TCP."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from services.common.aws import aws_client
from services.common.table_definition import table_definition
from tests.services.emulators import aws_environment
from tests.services.tokens import Issuers, random_id

START_SECONDS = 90
STOP_SECONDS = 15
PROJECT = Path(__file__).parents[3]


@contextmanager
def serving(ministack_url: str, mongo_url: str, issuers: Issuers, processes: int = 1) -> Iterator[list[str]]:
    """Run processes over one new table and database; yield their URLs. Each must end by itself when it is told to."""
    table = random_id("scheduling")
    environment = {
        "HEALTHMED_TABLE": table,
        "HEALTHMED_CALLER_KEYS": json.dumps(issuers.public()),
        "HEALTHMED_MONGO_URL": mongo_url,
        "HEALTHMED_MONGO_DATABASE": table,
    }
    with aws_environment(ministack_url) as aws, ExitStack() as stack:
        asyncio.run(_create(table))
        running = [stack.enter_context(_running(environment | aws)) for _ in range(processes)]
        for each in running:
            each.wait()
        yield [each.url for each in running]


@dataclass(frozen=True, slots=True)
class _Running:
    process: subprocess.Popen[bytes]
    url: str

    def wait(self) -> None:
        """Return once the process serves."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                httpx.get(f"{self.url}/health").raise_for_status()
            except httpx.TransportError:
                assert self.process.poll() is None, "the service ended at its start"
                assert time.monotonic() < deadline, "the service does not answer"
                time.sleep(0.1)
            else:
                return


@contextmanager
def _running(environment: Mapping[str, str]) -> Iterator[_Running]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "services.scheduling"],
        cwd=PROJECT,
        env={**os.environ, **environment, "HEALTHMED_PORT": str(port)},
    )
    try:
        yield _Running(process, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        status = process.wait(STOP_SECONDS)
    assert status in {0, -signal.SIGTERM}, f"the service ended with {status}"


async def _create(table: str) -> None:
    async with aws_client("dynamodb") as dynamodb:
        await dynamodb.create_table(**table_definition(table))
