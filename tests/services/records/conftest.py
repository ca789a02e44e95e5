import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest
import respx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from clients.http import http_client
from services.common.aws import aws_client
from services.common.callers import CallerCheck
from services.common.clock import system_clock
from services.common.ids import new_id
from services.common.table import Table
from services.common.table_definition import table_definition
from services.records.app import parts_over, records_app
from services.records.settings import Settings
from tests.services.records.world import SCHEDULING_URL, Emulator, Keys, Scheduling, World, aws_environment


@pytest.fixture(scope="session")
def keys() -> Keys:
    """Make the BFF's and the records service's keys."""
    return Keys(bff=Ed25519PrivateKey.generate(), records=Ed25519PrivateKey.generate())


@pytest.fixture(scope="session")
async def emulator(ministack_url: str) -> AsyncIterator[Emulator]:
    """Open the emulator's clients, and make the bucket and its key."""
    async with AsyncExitStack() as connections:
        with aws_environment(ministack_url):
            dynamodb, s3, kms = [
                await connections.enter_async_context(aws_client(each)) for each in ("dynamodb", "s3", "kms")
            ]
        bucket = f"records-{secrets.token_hex(8)}"
        await s3.create_bucket(Bucket=bucket)
        yield Emulator(
            url=ministack_url,
            dynamodb=dynamodb,
            s3=s3,
            http=await connections.enter_async_context(http_client()),
            bucket=bucket,
            kms_key_id=(await kms.create_key())["KeyMetadata"]["KeyId"],
        )


@pytest.fixture
async def world(emulator: Emulator, keys: Keys, tmp_path: Path) -> AsyncIterator[World]:
    """Put the service together over a new table, with scheduling played by a script."""
    clock_file = tmp_path / "clock"
    clock_file.write_text("0")
    settings = Settings(
        port=0,
        table=new_id("table", system_clock()),
        caller_keys=keys.callers(),
        clock_file=clock_file,
        bucket=emulator.bucket,
        kms_key_id=emulator.kms_key_id,
        scheduling_url=SCHEDULING_URL,
        signing_key=keys.signing_key(),
    )
    scheduling = Scheduling(check=CallerCheck(keys.callers()))
    await emulator.dynamodb.create_table(**table_definition(settings.table))
    app = records_app(settings)
    app.state.parts = parts_over(settings, emulator.dynamodb, emulator.s3, emulator.http)
    with respx.mock(assert_all_called=False) as downstream:
        downstream.route(url__startswith=SCHEDULING_URL).mock(side_effect=scheduling.answer)
        downstream.route(url__startswith=emulator.url).pass_through()
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://records.test") as http:
            yield World(
                http=http,
                emulator=emulator,
                table=Table(emulator.dynamodb, settings.table),
                scheduling=scheduling,
                keys=keys,
                clock_file=clock_file,
            )
    await emulator.dynamodb.delete_table(TableName=settings.table)
