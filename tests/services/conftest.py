import os
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from services.common.aws import aws_client
from services.common.table import Table
from services.common.table_definition import table_definition
from tests.services import emulators
from tests.services.tokens import Issuers, random_id

# How long an example takes says more about the machine's other work than about the code.
settings.register_profile("healthmed", deadline=None)
settings.load_profile("healthmed")


@pytest.fixture(scope="session")
def emulators_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that all workers of this test run share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def ministack_url(emulators_folder: Path) -> Iterator[str]:
    """Return where AWS's emulator listens: the running one of `AWS_ENDPOINT_URL`, else this test run's own."""
    with _running("AWS_ENDPOINT_URL") or emulators.ministack(emulators_folder) as url:
        yield url


@pytest.fixture(scope="session")
def mongo_url(emulators_folder: Path) -> Iterator[str]:
    """Return where MongoDB's emulator listens: that of `HEALTHMED_TEST_MONGO_URL`, else this test run's own."""
    with _running("HEALTHMED_TEST_MONGO_URL") or emulators.mongo(emulators_folder) as url:
        yield url


@pytest.fixture(scope="session")
async def dynamodb(ministack_url: str) -> AsyncIterator[Any]:
    """Open a client of the emulator's DynamoDB; the tests' `anyio_backend` must be of the session."""
    with emulators.aws_environment(ministack_url):
        async with aws_client("dynamodb") as client:
            yield client


@pytest.fixture
async def table(dynamodb: Any) -> AsyncIterator[Table]:  # noqa: ANN401  aiobotocore clients have no type
    """Create a table of the test's own."""
    name = random_id("table")
    await dynamodb.create_table(**table_definition(name))
    yield Table(dynamodb, name)
    await dynamodb.delete_table(TableName=name)


@pytest.fixture(scope="session")
def issuers() -> Issuers:
    """Make the keys of everybody who may call a service."""
    return Issuers()


def _running(variable: str) -> AbstractContextManager[str] | None:
    url = os.environ.get(variable)
    return nullcontext(url) if url else None
