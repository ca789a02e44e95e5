from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sandbox import clock
from sandbox.errors import SandboxError
from sandbox.state import StateFolder
from services.common.clock import shifted_clock


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30s", timedelta(seconds=30)),
        ("90m", timedelta(minutes=90)),
        ("12h", timedelta(hours=12)),
        ("2d", timedelta(days=2)),
        ("1w", timedelta(weeks=1)),
    ],
)
def test_durations_are_read(text: str, expected: timedelta) -> None:
    assert clock.duration(text) == expected


@pytest.mark.parametrize("text", ["", "2", "d", "-2d", "2 d", "1.5h", "2y", "99999d"])
def test_what_is_no_duration_says_so(text: str) -> None:
    with pytest.raises(SandboxError, match="is not a duration"):
        clock.duration(text)


def test_services_see_each_advance(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    folder.demo_data.touch()
    services_clock = shifted_clock(folder.clock_offset)
    clock.advance(folder, timedelta(days=2))
    clock.advance(folder, timedelta(hours=1))
    ahead = services_clock() - datetime.now(UTC)
    assert abs(ahead - timedelta(days=2, hours=1)) < timedelta(seconds=1)
    assert abs(clock.now(folder) - services_clock()) < timedelta(seconds=1)


def test_a_clock_needs_a_sandbox(tmp_path: Path) -> None:
    with pytest.raises(SandboxError, match="No sandbox has run"):
        clock.advance(StateFolder(tmp_path / "state"), timedelta(days=1))


def test_a_damaged_clock_says_how_to_start_afresh(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path)
    folder.clock_offset.write_text("soon")
    with pytest.raises(SandboxError, match="make reset"):
        clock.offset(folder)
