from collections.abc import Iterator

import pytest

from sandbox.google.running import RunningGoogle, running_google


@pytest.fixture(scope="session")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGoogle]:
    """Run the Google fake in a process of its own; tests keep apart by using calendars of their own."""
    with running_google(tmp_path_factory.mktemp("google") / "google.sqlite") as running:
        yield running
