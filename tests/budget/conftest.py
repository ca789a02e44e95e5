import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def downstreams() -> Downstreams:
    return Downstreams()


@pytest.fixture
def ask(downstreams: Downstreams) -> Asking:
    return Asking(downstreams=downstreams)
