"""How long a live connection may stay: as long as its token would be taken, and until the server stops."""

import asyncio
from collections.abc import Awaitable, Callable
from enum import Enum
from typing import Final

import jwt

from bff.auth.tokens import LEEWAY_SECONDS


class Over(Enum):
    """Why a connection has to end."""

    TOKEN = "the token is no longer valid"  # noqa: S105  a reason
    SERVER = "the server stops"


class Stays:
    """Tells connections when to end.

    `now` gives seconds since 1970. `still_valid` is asked of each token every `recheck_seconds`: False where it was
    revoked, True where that cannot be found out now; it raises nothing.
    """

    def __init__(
        self, *, now: Callable[[], float], still_valid: Callable[[str], Awaitable[bool]], recheck_seconds: float
    ) -> None:
        self._now: Final = now
        self._still_valid: Final = still_valid
        self._recheck_seconds: Final = recheck_seconds
        self._stopping: Final = asyncio.Event()

    def stop(self) -> None:
        """End every connection: the server stops."""
        self._stopping.set()

    async def over(self, token: str | None) -> Over:
        """Wait until a connection has to end; `token` is one that was verified, None for nobody's connection."""
        if token is None:
            await self._stopping.wait()
            return Over.SERVER
        # As long as over HTTP: a client whose clock is behind would else be sent away at once, again and again.
        until = _expiry(token) + LEEWAY_SECONDS
        while not await self._stops_within(min(self._recheck_seconds, until - self._now())):
            if self._now() >= until or not await self._still_valid(token):
                return Over.TOKEN
        return Over.SERVER

    async def _stops_within(self, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return False
        return True


def _expiry(token: str) -> float:
    """Return the expiry of a token whose signature and times were checked before, in seconds since 1970."""
    expiry: float = jwt.decode(token, options={"verify_signature": False})["exp"]
    return expiry
