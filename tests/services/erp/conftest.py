from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.common.aws import aws_client
from services.common.table import Table
from services.common.table_definition import table_definition
from services.erp.app import erp_app
from services.erp.context import Erp
from services.erp.settings import Settings
from tests.services.erp.world import NOW, World
from tests.services.tokens import Issuers, random_id


@pytest.fixture(scope="session")
def issuers() -> Issuers:
    """Make the keys of everybody who may call."""
    return Issuers()


@pytest.fixture(scope="session")
def emulated_aws(ministack_url: str) -> Iterator[None]:
    """Point AWS's clients at the emulator."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", ministack_url)
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield


@pytest.fixture(scope="session")
async def dynamodb(emulated_aws: None) -> AsyncIterator[Any]:  # noqa: ARG001  it prepares
    """Open a client of the emulator's DynamoDB."""
    async with aws_client("dynamodb") as client:
        yield client


@pytest.fixture(scope="session")
def app(issuers: Issuers) -> FastAPI:
    """Build the app once; each test gives it a table of its own, so the settings name none."""
    return erp_app(Settings(port=0, table="", caller_keys=issuers.public()))


@pytest.fixture
async def erp(dynamodb: Any, app: FastAPI, issuers: Issuers) -> AsyncIterator[World]:  # noqa: ANN401  aiobotocore clients have no type
    """Serve the ERP over a table of the test's own; it is `NOW`."""
    table = Table(dynamodb, random_id("erp"))
    await dynamodb.create_table(**table_definition(table.name))
    app.state.erp = Erp.over(table, lambda: NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://erp.test") as http:
        yield World(http=http, table=table, issuers=issuers)
    await dynamodb.delete_table(TableName=table.name)
