from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import settings
from pymongo import AsyncMongoClient

from services.common.aws import aws_client
from services.common.table import Table
from services.common.table_definition import table_definition
from services.scheduling.app import parts_of, scheduling_app
from services.scheduling.settings import Settings
from services.scheduling.store.directory import Database, Directory, Document, ensure_indexes
from tests.services.scheduling.world import MovableClock, World
from tests.services.tokens import Issuers, random_id

# How long an example takes says more about the machine's other work than about the code.
settings.register_profile("healthmed", deadline=None)
settings.load_profile("healthmed")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Keep one event loop, so that the clients outlive a test: opening them takes longer than most tests."""
    return "asyncio"


@pytest.fixture(scope="session")
async def dynamodb(ministack_url: str) -> AsyncIterator[Any]:
    """Open a client of the emulator's DynamoDB."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", ministack_url)
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        async with aws_client("dynamodb") as client:
            yield client


@pytest.fixture(scope="session")
async def mongo(mongo_url: str) -> AsyncIterator[AsyncMongoClient[Document]]:
    """Open a client of the emulator's MongoDB."""
    async with AsyncMongoClient[Document](mongo_url) as client:
        yield client


@pytest.fixture(scope="session")
def issuers() -> Issuers:
    """Make the keys of everybody who may call."""
    return Issuers()


@pytest.fixture(scope="session")
def app(issuers: Issuers) -> FastAPI:
    """Build the app once; each test gives it stores of its own, so the settings name none."""
    settings = Settings(port=0, table="", caller_keys=issuers.public(), mongo_url="", mongo_database="")
    return scheduling_app(settings, MovableClock())


@pytest.fixture
async def table(dynamodb: Any) -> AsyncIterator[Table]:  # noqa: ANN401  aiobotocore clients have no type
    """Create a table of the test's own."""
    name = random_id("scheduling")
    await dynamodb.create_table(**table_definition(name))
    yield Table(dynamodb, name)
    await dynamodb.delete_table(TableName=name)


@pytest.fixture
async def database(mongo: AsyncMongoClient[Document]) -> AsyncIterator[Database]:
    """Create a directory of the test's own."""
    name = random_id("scheduling")
    await ensure_indexes(mongo[name])
    yield mongo[name]
    await mongo.drop_database(name)


@pytest.fixture
async def world(app: FastAPI, table: Table, database: Database, issuers: Issuers) -> AsyncIterator[World]:
    """Run the real app over stores of the test's own; its clock stands at `NOW`."""
    clock = MovableClock()
    app.state.parts = parts_of(table, Directory(database), clock)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://scheduling.test") as http:
        yield World(http=http, table=table, clock=clock, issuers=issuers)
