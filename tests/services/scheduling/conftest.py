from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from pymongo import AsyncMongoClient

from services.common.table import Table
from services.scheduling.app import parts_of, scheduling_app
from services.scheduling.settings import Settings
from services.scheduling.store.directory import Database, Directory, Document, ensure_indexes
from tests.services.scheduling.world import MovableClock, World
from tests.services.tokens import Issuers, random_id


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Keep one event loop, so that the clients outlive a test: opening them takes longer than most tests."""
    return "asyncio"


@pytest.fixture(scope="session")
async def mongo(mongo_url: str) -> AsyncIterator[AsyncMongoClient[Document]]:
    """Open a client of the emulator's MongoDB."""
    async with AsyncMongoClient[Document](mongo_url) as client:
        yield client


@pytest.fixture(scope="session")
def app(issuers: Issuers) -> FastAPI:
    """Build the app once; each test gives it stores of its own, so the settings name none."""
    settings = Settings(port=0, table="", caller_keys=issuers.public(), mongo_url="", mongo_database="")
    return scheduling_app(settings, MovableClock())


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
