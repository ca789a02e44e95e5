"""What every test can use, and what holds for every test."""

import fcntl
import os
from collections.abc import Generator, Iterator, Sequence
from typing import TypeVar

import pytest

from tests.platform import Platform, wait_for_platform
from tests.platform_keeper import PlatformKeeper, RunFolder

PLATFORM_START_SECONDS = 180
PLATFORM_TEST_SECONDS = 300
KEEPER = pytest.StashKey[PlatformKeeper]()
WORKER_VARIABLE = "PYTEST_XDIST_WORKER"
REQUIRE_ALL_VARIABLE = "HEALTHMED_REQUIRE_ALL"

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio, all on one loop, so that connections may outlive a test."""
    return "asyncio"


@pytest.fixture(scope="session")
def running_platform() -> Platform:
    """Return the platform of this test run; most tests want `platform`, which also takes care of the clock."""
    folder = RunFolder.of_environment()
    folder.wanted.touch()
    return wait_for_platform(folder, PLATFORM_START_SECONDS)


@pytest.fixture
def platform(running_platform: Platform, request: pytest.FixtureRequest) -> Iterator[Platform]:
    """Return the platform, whose clock nobody else moves during the test."""
    moves = request.node.get_closest_marker("moves_clock") is not None
    with RunFolder.of_environment().clock_lock.open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX if moves else fcntl.LOCK_SH)
        yield running_platform


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "moves_clock: moves the platform's clock, so it runs last and alone")
    if WORKER_VARIABLE not in os.environ:
        config.stash[KEEPER] = PlatformKeeper()


def pytest_unconfigure(config: pytest.Config) -> None:
    if keeper := config.stash.get(KEEPER, None):
        keeper.stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put what needs the platform last, and let it start meanwhile; what moves its clock comes after all others."""
    for item in items:
        if _needs_platform(item) and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(PLATFORM_TEST_SECONDS))  # the first ones wait for the platform
    items.sort(key=lambda item: (_needs_platform(item), item.get_closest_marker("moves_clock") is not None))


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
    return "running_platform" in fixtures
