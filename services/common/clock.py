"""What time it is: injected everywhere, so that tests and the sandbox can move it."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    """Return now, aware, in UTC."""
    return datetime.now(UTC)


def shifted_clock(offset_file: Path) -> Clock:
    """Return a clock ahead of the system's by the seconds written in `offset_file` (absent: none).

    The file is read at each call, so that one `sandbox clock advance` moves every process at once.
    """

    def now() -> datetime:
        try:
            seconds = float(offset_file.read_text())
        except FileNotFoundError:
            seconds = 0.0
        return system_clock() + timedelta(seconds=seconds)

    return now


def clock_of(offset_file: Path | None) -> Clock:
    """Return the system's clock, or the sandbox's where an offset file is configured."""
    return shifted_clock(offset_file) if offset_file else system_clock
