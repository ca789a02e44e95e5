from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.common.clock import clock_of, system_clock

SECOND = timedelta(seconds=1)


def test_the_system_clock_is_aware_and_in_utc() -> None:
    now = system_clock()
    assert now.tzinfo is UTC
    assert abs(datetime.now(UTC) - now) < SECOND


def test_without_a_file_it_is_the_systems_time() -> None:
    assert clock_of(None) is system_clock


def test_a_file_that_is_not_there_shifts_nothing(tmp_path: Path) -> None:
    assert abs(clock_of(tmp_path / "clock")() - system_clock()) < SECOND


@pytest.mark.parametrize("seconds", ["172800", "-60.5", "0\n"])
def test_the_file_is_read_each_time(tmp_path: Path, seconds: str) -> None:
    file = tmp_path / "clock"
    clock = clock_of(file)
    file.write_text(seconds)
    assert abs(clock() - system_clock() - timedelta(seconds=float(seconds))) < SECOND
