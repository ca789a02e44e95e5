"""The emulators keep what they hold through `kill -9`."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from pymongo import AsyncMongoClient

from sandbox.emulation import Emulators, aws_environment
from sandbox.keys import Keys
from sandbox.processes import Program, Supervisor
from sandbox.provision import BUCKET, TABLES, Provisioned, missing, provision
from sandbox.state import StateFolder
from services.common.aws import aws_client
from services.common.table import Table
from tests.platform import Platform

pytestmark = pytest.mark.anyio

# A snapshot is due a second after the last write.
SAVED_AFTER_SECONDS = 3


@asynccontextmanager
async def running(state: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Program, Program]]:
    """Run AWS's and MongoDB's emulators on a state folder; at the end they are killed."""
    folder = StateFolder(state)
    with folder.held() as lock:
        supervisor = Supervisor(folder.data("logs"), lock)
        emulators = Emulators.on(folder, Keys.of(folder))
        aws, mongo = emulators.aws, emulators.mongo
        await asyncio.gather(supervisor.start(aws), supervisor.start(mongo))
        for name, value in aws_environment(aws.url).items():
            monkeypatch.setenv(name, value)
        try:
            yield aws, mongo
        finally:
            for _, process in supervisor._running.values():
                os.killpg(process.pid, signal.SIGKILL)
            await supervisor.stop()


async def test_what_was_written_before_a_kill_is_there_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is saved by itself soon after it was written, and at once where somebody asks for that."""
    async with running(tmp_path, monkeypatch) as (_, mongo):
        made = await provision()
        await _write("first", made, mongo.port)
        await asyncio.sleep(SAVED_AFTER_SECONDS)
    async with running(tmp_path, monkeypatch) as (aws, mongo):
        assert await missing(made) == []
        await _check("first", made, mongo.port)
        await _write("second", made, mongo.port)
        async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
            assert (await http.post(f"{aws.url}/_sandbox/save")).status_code == 204
    async with running(tmp_path, monkeypatch) as (_, mongo):
        for name in ("first", "second"):
            await _check(name, made, mongo.port)


@asynccontextmanager
async def stores(mongo_port: int) -> AsyncIterator[tuple[Any, Any, Any, Any]]:
    """Open clients of DynamoDB, S3, Cognito and MongoDB."""
    async with (
        aws_client("dynamodb") as dynamodb,
        aws_client("s3") as s3,
        aws_client("cognito-idp") as cognito,
        AsyncMongoClient[dict[str, str]](f"mongodb://127.0.0.1:{mongo_port}") as client,
    ):
        yield dynamodb, s3, cognito, client["healthmed"]["doctors"]


@pytest.mark.platform
async def test_an_idle_connection_is_kept_longer_than_a_client_keeps_it(platform: Platform) -> None:
    """Were it closed first, now and then a sign-in would meet a connection that just went away."""
    url = httpx.URL(platform.aws_url)
    assert url.port is not None
    reader, writer = await asyncio.open_connection(url.host, url.port)
    for idle_seconds in (6, 0):
        writer.write(f"HEAD /_ministack/ready HTTP/1.1\r\nHost: {url.host}\r\n\r\n".encode())
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 ")
        await asyncio.sleep(idle_seconds)
    writer.close()
    await writer.wait_closed()


async def _write(name: str, made: Provisioned, mongo_port: int) -> None:
    async with stores(mongo_port) as (dynamodb, s3, cognito, doctors):
        await Table(dynamodb, TABLES["erp"]).put_all([{"pk": name, "sk": "STATE"}])
        await s3.put_object(Bucket=BUCKET, Key=name, Body=name.encode())
        await cognito.admin_create_user(UserPoolId=made.pools["doctor"].id, Username=name, MessageAction="SUPPRESS")
        await doctors.insert_one({"_id": name})


async def _check(name: str, made: Provisioned, mongo_port: int) -> None:
    async with stores(mongo_port) as (dynamodb, s3, cognito, doctors):
        assert await Table(dynamodb, TABLES["erp"]).get([(name, "STATE")])
        assert await (await s3.get_object(Bucket=BUCKET, Key=name))["Body"].read() == name.encode()
        await cognito.admin_get_user(UserPoolId=made.pools["doctor"].id, Username=name)
        assert await doctors.find_one({"_id": name})
