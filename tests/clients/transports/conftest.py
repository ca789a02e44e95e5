"""Both event loops: the tests' own, and the one that serves."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from clients.http import service_transport
from clients.transports.transport import Transport


@pytest.fixture(scope="module", params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture
async def services() -> AsyncIterator[Transport]:
    async with service_transport() as services:
        yield services
