"""How a time is written in a key."""

from datetime import UTC, datetime


def stamp(at: datetime) -> str:
    """Write an aware time so that texts sort as times do: UTC, always six digits of a second."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
