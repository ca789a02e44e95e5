"""Both event loops: the tests' own, and the one that serves."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from clients.http import direct_transport
from clients.transports.direct import Direct


@pytest.fixture(scope="module", params=[False, True], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    return "asyncio", {"use_uvloop": request.param}


@pytest.fixture
async def direct() -> AsyncIterator[Direct]:
    async with direct_transport() as direct:
        yield direct
