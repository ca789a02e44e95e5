"""The services' clock: how far it is ahead of the system's."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from sandbox.errors import SandboxError, StateDamagedError
from sandbox.state import StateFolder

_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def duration(text: str) -> timedelta:
    """Parse a duration such as `90m` or `2d`; raise `SandboxError`."""
    match = re.fullmatch(r"(\d{1,4})([smhdw])", text)
    if match is None:
        message = f"{text} is not a duration: write 30s, 90m, 12h, 2d or 1w."
        raise SandboxError(message)
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def advance(folder: StateFolder, by: timedelta) -> None:
    """Move the clock forward; every service sees it at its next look. Raise `SandboxError` where there is none."""
    if not folder.demo_data.exists():
        message = f"No sandbox has run on {folder.root} yet: start one with `make run`."
        raise SandboxError(message)
    partial = folder.clock_offset.with_suffix(".partial")
    partial.write_text(str((offset(folder) + by).total_seconds()))
    partial.replace(folder.clock_offset)


def offset(folder: StateFolder) -> timedelta:
    """Return how far the clock is ahead."""
    try:
        return timedelta(seconds=float(folder.clock_offset.read_text()))
    except FileNotFoundError:
        return timedelta()
    except (ValueError, OverflowError) as failure:
        raise StateDamagedError(folder.root, folder.clock_offset.name) from failure


def now(folder: StateFolder) -> datetime:
    """Return what the services' clock shows."""
    return datetime.now(UTC) + offset(folder)
