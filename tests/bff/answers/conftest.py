from collections.abc import AsyncIterator

import httpx
import pytest

from tests.bff.answers.site import client


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the small application."""
    async with client() as http:
        yield http
