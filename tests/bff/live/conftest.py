from collections.abc import AsyncIterator

import pytest

from tests.bff.live.site import Bounds, Site, serving
from tests.bff.pool import KeyEndpoint, SigningKey


@pytest.fixture
def bounds() -> Bounds:
    """Return the server's bounds; a test parametrizes it where it wants others."""
    return Bounds()


@pytest.fixture
async def site(signing_key: SigningKey, endpoint: KeyEndpoint, bounds: Bounds) -> AsyncIterator[Site]:
    """Serve the toy graph."""
    async with serving(signing_key, endpoint, bounds) as site:
        yield site
