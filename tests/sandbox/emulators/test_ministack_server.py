"""The emulators keep what they hold through `kill -9`."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from pymongo import AsyncMongoClient

from sandbox.emulation import aws_environment, emulators
from sandbox.keys import Keys
from sandbox.processes import Program, Supervisor
from sandbox.provision import BUCKET, TABLES, Provisioned, provision
from sandbox.state import StateFolder
from services.common.aws import aws_client
from services.common.table import Table

pytestmark = pytest.mark.anyio

# A snapshot is due a second after the last write.
SAVED_AFTER_SECONDS = 3


@asynccontextmanager
async def running(state: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Program, Program]]:
    """Run AWS's and MongoDB's emulators on a state folder; at the end they are killed."""
    folder = StateFolder(state)
    with folder.held() as lock:
        supervisor = Supervisor(folder.data("logs"), lock)
        aws, mongo, _ = emulators(folder, Keys.of(folder))
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
    async with running(tmp_path, monkeypatch) as (_, mongo):
        made = await provision()
        await _write(made, mongo.port)
        await asyncio.sleep(SAVED_AFTER_SECONDS)
    async with running(tmp_path, monkeypatch) as (_, mongo):
        found = await provision()
        assert (found.made, found.pools, found.kms_key_id) == ([], made.pools, made.kms_key_id)
        async with (
            aws_client("dynamodb") as dynamodb,
            aws_client("s3") as s3,
            aws_client("cognito-idp") as cognito,
            AsyncMongoClient[dict[str, str]](f"mongodb://127.0.0.1:{mongo.port}") as client,
        ):
            assert await Table(dynamodb, TABLES["erp"]).get([("one", "STATE")])
            body = (await s3.get_object(Bucket=BUCKET, Key="file"))["Body"]
            assert await body.read() == b"bytes"
            await cognito.admin_get_user(UserPoolId=found.pools["doctor"].id, Username="doc_1")
            assert await client["healthmed"]["doctors"].count_documents({}) == 1


async def test_a_save_that_is_asked_for_needs_no_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(tmp_path, monkeypatch) as (aws, mongo):
        await _write(await provision(), mongo.port)
        async with httpx.AsyncClient(trust_env=False) as http:
            assert (await http.post(f"{aws.url}/_sandbox/save")).status_code == 204
    async with running(tmp_path, monkeypatch):
        assert (await provision()).made == []


async def _write(made: Provisioned, mongo_port: int) -> None:
    async with (
        aws_client("dynamodb") as dynamodb,
        aws_client("s3") as s3,
        aws_client("cognito-idp") as cognito,
        AsyncMongoClient[dict[str, str]](f"mongodb://127.0.0.1:{mongo_port}") as client,
    ):
        await Table(dynamodb, TABLES["erp"]).put_all([{"pk": "one", "sk": "STATE"}])
        await s3.put_object(Bucket=BUCKET, Key="file", Body=b"bytes")
        await cognito.admin_create_user(UserPoolId=made.pools["doctor"].id, Username="doc_1", MessageAction="SUPPRESS")
        await client["healthmed"]["doctors"].insert_one({"_id": "doc_1"})
