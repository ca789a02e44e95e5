"""The running platform as tests see it.

It is started once a test run, by the first test that needs it, and shared by all workers: so tests make people of
their own or leave the demo people as they find them. Its clock is everybody's, and only moves forward: a test that
moves it is marked `moves_clock`, which makes it run after all others and alone. Take the time from `now()`.
"""

import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sandbox import clock
from sandbox.people import DEMO, Audience
from sandbox.running import RunningPlatform
from sandbox.state import StateFolder
from sandbox.tokens import access_token, internal_token
from tests.platform_keeper import RunFolder

MARGIN = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform(RunningPlatform):
    """Addresses, pools, keys; and what a test may ask of them."""

    @classmethod
    def on(cls, state: Path) -> "Platform":
        """Return what runs on a state folder."""
        running = RunningPlatform.of(StateFolder(state))
        return cls(**{**asdict(running), "pools": running.pools})

    @property
    def state(self) -> StateFolder:
        """The state folder."""
        return StateFolder(Path(self.clock_file).parent)

    def token(self, audience: Audience, login: str | None = None) -> str:
        """Sign somebody in; the audience's demo person where nobody is named."""
        return access_token(self, audience, login or DEMO[audience].login)

    def internal_headers(self, actor: str, pool: str, roles: Sequence[str] = ()) -> dict[str, str]:
        """Return the header by which a service believes that `actor` asks. Pool `service`: the service of that name."""
        return {"Authorization": f"Bearer {internal_token(self, actor, pool, roles)}"}

    def now(self) -> datetime:
        """Return what the services' clock shows."""
        return clock.now(self.state)

    async def advance_clock(self, by: timedelta) -> None:
        """Move the clock forward. Mark the test `moves_clock`."""
        clock.advance(self.state, by)

    async def advance_clock_past(self, instant: datetime) -> None:
        """Move the clock just past an instant, if it is not there yet. Mark the test `moves_clock`."""
        if instant >= self.now():
            await self.advance_clock(instant - self.now() + MARGIN)


def kill_and_wait_for_platform(run: RunFolder, timeout_seconds: float) -> Platform:
    """Have every process of the platform killed at once, and wait until it is up again on the same state folder."""
    run.to_be_killed.touch()
    deadline = time.monotonic() + timeout_seconds
    while run.to_be_killed.exists():
        assert time.monotonic() < deadline, "the platform was not killed"
        time.sleep(0.1)
    return wait_for_platform(run, timeout_seconds)


def wait_for_platform(run: RunFolder, timeout_seconds: float) -> Platform:
    """Wait until the platform of this test run is up; fail with its log where it does not come up."""
    deadline = time.monotonic() + timeout_seconds
    folder = StateFolder(run.state)
    while not (folder.description.exists() and folder.is_held()):
        if run.stopped.exists() or time.monotonic() > deadline:
            message = f"the platform did not start:\n{run.log.read_text() if run.log.exists() else ''}"
            raise RuntimeError(message)
        time.sleep(0.1)
    return Platform.on(run.state)
