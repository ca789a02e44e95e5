import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import pytest

from tests.services import emulators


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


def _running(variable: str) -> AbstractContextManager[str] | None:
    url = os.environ.get(variable)
    return nullcontext(url) if url else None
