"""Both transports: what is said of one holds for the other."""

from collections.abc import AsyncIterator

import httpx
import pytest

from clients.http import http_client, service_transport
from clients.transports.over_httpx import OverHttpx
from clients.transports.transport import Transport


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as http:
        yield http


@pytest.fixture(params=["httpx", "aiohttp"])
async def transport(request: pytest.FixtureRequest) -> AsyncIterator[Transport]:
    if request.param == "httpx":
        async with http_client() as client:
            yield OverHttpx(client)
    else:
        async with service_transport() as services:
            yield services
