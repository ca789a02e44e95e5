import pytest


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Keep one event loop, so that the session's clients can be used by every test."""
    return "asyncio"
