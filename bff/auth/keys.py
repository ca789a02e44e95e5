"""The public keys of one pool, fetched ahead of need and kept through an outage of their endpoint.

There are two reasons for a fetch, each with its own pace, so that there are at most two fetches in
`COOL_DOWN_SECONDS`, whatever comes:

* age: the set is `refresh_seconds` old. Nobody waits, unless it is too old to be used.
* an unknown key id, which may be a new key: it waits for one fetch that began after it came.

A fetch that fails holds up both. Before the first load, only `ready` tries more often.
"""

import asyncio
import logging
import math
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from bff.answers.messages import Message
from bff.auth.public_keys import public_keys
from bff.refusals import Refused
from clients.cognito.models import KeySet
from clients.errors import UpstreamError

COOL_DOWN_SECONDS: Final = 30
FIRST_LOAD_SECONDS: Final = 1
MAX_DOUBLINGS: Final = 5

_log: Final = logging.getLogger("bff.keys")


# Pydantic's, so that each field is a setting.
@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAges:
    """How old a pool's key set may become: it is fetched again early, and used no longer than `max_age_seconds`.

    Six hours are time to mend what keeps us from fetching; so long, too, a key that was withdrawn is believed where
    somebody keeps us from it.
    """

    refresh_seconds: Annotated[float, Field(ge=COOL_DOWN_SECONDS)] = 300
    max_age_seconds: float = 21_600

    @model_validator(mode="after")
    def _refreshes_early(self) -> "KeyAges":
        # What is not a number fails the comparison too.
        if not self.max_age_seconds >= 2 * self.refresh_seconds:
            message = "max_age_seconds has to be at least twice refresh_seconds"
            raise ValueError(message)
        return self


DEFAULT_AGES: Final = KeyAges()


class KeysUnavailable(Refused):
    """Whether a token is valid cannot be told now: the pool's keys were never fetched, or too long ago."""

    def __init__(self, retry_after_seconds: int) -> None:
        figures = {"retryAfterSeconds": retry_after_seconds}
        headers = {"Retry-After": str(retry_after_seconds)}
        super().__init__(503, "UPSTREAM_UNAVAILABLE", Message.KEYS_UNAVAILABLE, headers, figures)


class KeyRing:
    """One pool's keys by id. A known key never waits for the network.

    `monotonic` is in seconds. `fetch` raises `UpstreamError`.
    """

    def __init__(
        self,
        fetch: Callable[[], Awaitable[KeySet]],
        monotonic: Callable[[], float],
        ages: KeyAges = DEFAULT_AGES,
    ) -> None:
        self._fetch: Final = fetch
        self._monotonic: Final = monotonic
        self._ages: Final = ages
        self._keys: Mapping[str, RSAPublicKey] = {}
        self._fetched_at = float("-inf")
        self._due_at = float("-inf")
        self._looked_at = float("-inf")
        self._failures = 0
        self._started = 0
        self._fetching: asyncio.Task[None] | None = None
        self._generation = 0

    @property
    def generation(self) -> int:
        """A number that changes when a key leaves the set: what it verified is no longer believed."""
        return self._generation

    @property
    def seconds_left(self) -> float:
        """For how long the keys may be used, were they never fetched again."""
        return self._fetched_at + self._ages.max_age_seconds - self._monotonic()

    async def ready(self) -> bool:
        """Say whether the pool's keys have been fetched once; begin the fetch that is due, and wait for the first."""
        self._refresh_when_due()
        if not self._keys and self._fetching:
            await asyncio.shield(self._fetching)
        return bool(self._keys)

    async def key(self, key_id: str) -> RSAPublicKey | None:
        """Return the key, or None where the pool has no such key; raise `KeysUnavailable`."""
        before = self._started
        if self._keys:
            self._refresh_when_due()
        while self._usable(key_id) is None:
            # A fetch that began before the question may have missed the key: one more may follow it.
            fetching = self._fetching or (self._look() if self._started == before else None)
            if fetching is None:
                break
            # Shielded: a caller that goes away must not cancel the fetch for the others.
            await asyncio.shield(fetching)
        if self.seconds_left <= 0:
            raise KeysUnavailable(max(1, math.ceil(self._due_at - self._monotonic())))
        return self._usable(key_id)

    def _usable(self, key_id: str) -> RSAPublicKey | None:
        return self._keys.get(key_id) if self.seconds_left > 0 else None

    def _refresh_when_due(self) -> None:
        if self._fetching is None and self._monotonic() >= self._due_at:
            self._start()

    def _look(self) -> "asyncio.Task[None] | None":
        """Fetch for an unknown key, or return None in the cool-down."""
        if self._monotonic() - self._looked_at < COOL_DOWN_SECONDS:
            return None
        self._looked_at = self._monotonic()
        self._start()
        return self._fetching

    def _start(self) -> None:
        self._started += 1
        self._fetching = asyncio.create_task(self._load(self._monotonic()))

    async def _load(self, began: float) -> None:
        try:
            keys = public_keys(await self._fetch())
        except UpstreamError as failure:
            self._failed(began, str(failure))
        else:
            if keys:
                self._replace(keys)
            else:
                # Cognito's pools always have keys: to believe this would refuse everybody.
                self._failed(began, "no key in the set may verify")
        finally:
            self._fetching = None

    def _replace(self, keys: Mapping[str, RSAPublicKey]) -> None:
        if any(keys.get(key_id) != key for key_id, key in self._keys.items()):
            self._generation += 1
        if not self._keys:
            # Whoever asked first did not look for a new key.
            self._looked_at = float("-inf")
        self._keys = keys
        self._failures = 0
        self._fetched_at = self._monotonic()
        self._due_at = self._fetched_at + self._ages.refresh_seconds

    def _failed(self, began: float, reason: str) -> None:
        pause: float = COOL_DOWN_SECONDS
        if not self._keys:
            pause = min(pause, FIRST_LOAD_SECONDS * 2.0 ** min(self._failures, MAX_DOUBLINGS))
        self._failures += 1
        self._due_at = began + pause
        self._looked_at = began
        _log.warning("keys not fetched: %s; the known ones are used for %.0f s", reason, max(0, self.seconds_left))
