"""What every test can use, and what holds for every test."""

import fcntl
import os
from collections.abc import Generator, Iterator, Sequence
from typing import TypeVar

import pytest
from hypothesis import settings

from tests.platform import Platform, wait_for_platform
from tests.platform_keeper import PlatformKeeper, RunFolder

PLATFORM_START_SECONDS = 180
PLATFORM_TEST_SECONDS = 300
KEEPER = pytest.StashKey[PlatformKeeper]()
WORKER_VARIABLE = "PYTEST_XDIST_WORKER"
DISTURBING = {"moves_clock": "moves the platform's clock", "kills_platform": "kills the platform"}
SOAK = "soak"
REQUIRE_ALL_VARIABLE = "HEALTHMED_REQUIRE_ALL"

# How long an example takes says more about the machine than about the code.
settings.register_profile("healthmed", deadline=None)
settings.load_profile("healthmed")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio, all on one loop, so that connections may outlive a test."""
    return "asyncio"


@pytest.fixture
def run_folder() -> RunFolder:
    """Return what the processes of this test run share."""
    return RunFolder.of_environment()


@pytest.fixture
def platform(run_folder: RunFolder, request: pytest.FixtureRequest) -> Iterator[Platform]:
    """Return the platform of this test run; nobody else moves its clock, or kills it, during the test."""
    with run_folder.platform_lock.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if _disturbs(request.node) else fcntl.LOCK_SH)
        run_folder.wanted.touch()
        yield wait_for_platform(run_folder, PLATFORM_START_SECONDS)


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", f"{SOAK}: takes minutes, so it runs where `-m {SOAK}` asks for it")
    for marker, meaning in DISTURBING.items():
        config.addinivalue_line("markers", f"{marker}: {meaning}, so it runs after the others and alone")
    if WORKER_VARIABLE not in os.environ:
        config.stash[KEEPER] = PlatformKeeper()


def pytest_unconfigure(config: pytest.Config) -> None:
    if keeper := config.stash.get(KEEPER, None):
        keeper.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put what needs the platform last, and let it start meanwhile; what disturbs it comes after all others."""
    if SOAK not in str(config.getoption("markexpr")):
        config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker(SOAK)])
        items[:] = [item for item in items if not item.get_closest_marker(SOAK)]
    for item in items:
        if _needs_platform(item) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(PLATFORM_TEST_SECONDS))  # the first ones wait for the platform
    items.sort(key=lambda item: (_needs_platform(item), _disturbs(item)))


def pytest_collection_finish(session: pytest.Session) -> None:
    collect_only = session.config.getoption("collectonly")
    if not collect_only and any(_needs_platform(item) for item in session.items):
        RunFolder.of_environment().wanted.touch()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return failed_if_skipped((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return failed_if_skipped((yield))


def failed_if_skipped(report: Report) -> Report:
    """Where everything is required, as in CI, what is skipped has failed."""
    if os.environ.get(REQUIRE_ALL_VARIABLE) == "1" and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{REQUIRE_ALL_VARIABLE}=1 and yet: {report.longreprtext}"
    return report


def _needs_platform(item: pytest.Item) -> bool:
    fixtures: Sequence[str] = getattr(item, "fixturenames", ())
    return "platform" in fixtures and "run_folder" in fixtures


def _disturbs(item: pytest.Item) -> int:
    """Say by how much a test disturbs the others that use the platform: 0 where it does not."""
    return max((place for place, marker in enumerate(DISTURBING, 1) if item.get_closest_marker(marker)), default=0)
