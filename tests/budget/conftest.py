from zlib import crc32

import httpx
import pytest

from tests.bff.engine.equivalence.world import turns
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams


class Uneven(Downstreams):
    """Takes another time for each call, as networks do: what is asked for together must not be so by chance."""

    def http(self) -> httpx.AsyncClient:
        """Make a client that reaches nothing but this."""

        async def answer(request: httpx.Request) -> httpx.Response:
            await turns(20 + crc32(str(request.url).encode()) % 60)
            return self.answer(request)

        return httpx.AsyncClient(transport=httpx.MockTransport(answer))


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def downstreams() -> Downstreams:
    return Uneven()


@pytest.fixture
def ask(downstreams: Downstreams) -> Asking:
    return Asking(downstreams=downstreams)
