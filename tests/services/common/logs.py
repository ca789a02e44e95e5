"""A log in memory, with clocks that tests move: what an outbox looks like to those who read it."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

from services.common.outbox import Event

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Time:
    """Two clocks: the one that goes on whatever happens, and the one that may be moved besides."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.moved = timedelta()

    def monotonic(self) -> float:
        """Return the seconds since the test began."""
        return self.seconds

    def clock(self) -> datetime:
        """Return what time the service takes it to be."""
        return NOW + timedelta(seconds=self.seconds) + self.moved

    def event(self, number: int = 0) -> Event:
        """Make an event of now, which nobody can read before it is written."""
        return Event.of("appointment.confirmed", f"apt_{number}", 1, self.clock(), {"appointmentId": f"apt_{number}"})


class MemoryLog:
    """The events that were written; reading fails while it is `down`. `read` counts what was read."""

    def __init__(self) -> None:
        self.written: list[Event] = []
        self.down = False
        self.read = 0

    async def since(self, position: str) -> AsyncIterator[Event]:
        """Yield what lies behind a position."""
        if self.down:
            raise ConnectionError
        for event in sorted((each for each in self.written if each.id >= position), key=lambda each: each.id):
            self.read += 1
            yield event
