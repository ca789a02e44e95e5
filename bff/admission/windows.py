"""Sliding windows: how many uses of something are left, in this process or over all that share a Redis."""

import asyncio
import logging
import math
import time
from collections.abc import Callable
from typing import Final, Protocol, runtime_checkable

from limits import RateLimitItem
from limits.aio.storage import MemoryStorage, RedisStorage
from limits.aio.storage.redis.redispy import RedispyBridge
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from limits.errors import StorageError

DEADLINE_SECONDS: Final = 0.5
PAUSE_SECONDS: Final = 5.0
CONNECTIONS: Final = 16
SWEEP_SECONDS: Final = 10.0

_log: Final = logging.getLogger("bff.rates")


class Windows:
    """Windows in memory (`memory://`), or in Redis (`redis://`, `rediss://`).

    While Redis does not answer within `DEADLINE_SECONDS`, this process counts alone, from zero, and tries again every
    `PAUSE_SECONDS`. Letting everything pass would make an outage the time to guess passwords; refusing everything
    would make Redis a thing without which no patient reads a record. Meanwhile a limit holds per process.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._own: Final = _Window(OwnCounts())
        self._redis: Final = _redis(url)
        self._shared: Final = _Window(self._redis) if self._redis else None
        self._clock: Final = clock
        self._paused_until = -math.inf
        # Waiting for a connection is not Redis's slowness: the deadline starts once there is one.
        self._connections: Final = asyncio.Semaphore(CONNECTIONS)

    async def take(self, item: RateLimitItem, who: str, count: int) -> int:
        """Take `count` uses, at most the item's amount; return 0, or in how many seconds they can be had."""
        if self._shared:
            async with self._connections:
                if self._clock() >= self._paused_until:
                    try:
                        async with asyncio.timeout(DEADLINE_SECONDS):
                            return await self._shared.take(item, who, count)
                    except (StorageError, TimeoutError) as failure:
                        self._pause(failure)
        return await self._own.take(item, who, count)

    async def aclose(self) -> None:
        """Close the connections to Redis."""
        if self._redis and isinstance(self._redis.bridge, RedispyBridge):
            client = self._redis.bridge.get_connection()
            if isinstance(client, _Closable):
                await client.aclose()

    def _pause(self, failure: Exception) -> None:
        self._paused_until = self._clock() + PAUSE_SECONDS
        _log.warning("the shared counts do not answer (%s): this process counts alone", type(failure).__name__)


@runtime_checkable
class _Closable(Protocol):
    """What redis-py's clients can do, and `limits` does not say. Importing redis would cost every process 14 MB."""

    async def aclose(self) -> None: ...


class OwnCounts(MemoryStorage):
    """Counts in memory. `limits`' own looks at every count at each use: 5 ms with 50,000 callers."""

    _sweep_at = 0.0

    async def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count `amount` more; the count is forgotten `expiry` seconds after its first use. Never yields the loop."""
        now = time.time()
        if now >= self._sweep_at:
            self._sweep_at = now + SWEEP_SECONDS
            for old in [each for each, until in self.expirations.items() if until <= now]:
                self.storage.pop(old, None)
                del self.expirations[old]
        if self.expirations.setdefault(key, now + expiry) <= now:
            self.storage.pop(key, None)
            self.expirations[key] = now + expiry
        self.storage[key] += amount
        return self.storage[key]


class _Window:
    def __init__(self, storage: MemoryStorage | RedisStorage) -> None:
        self._storage = storage
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    async def take(self, item: RateLimitItem, who: str, count: int) -> int:
        if await self._limiter.hit(item, who, cost=count):
            return 0
        window = await self._storage.get_sliding_window(item.key_for(who), item.get_expiry())
        return _wait_seconds(item.get_expiry(), item.amount - count, window)


def _wait_seconds(expiry: int, room: int, window: tuple[int, float, int, float]) -> int:
    """Return the first whole second at which at most `room` uses weigh in.

    What was used in the previous window weighs less the more of the current one has passed; then the current one is
    the previous one.
    """
    previous, previous_seconds, current, current_seconds = window
    rest = max(previous_seconds, current_seconds - expiry)
    weight = room + 1
    if current < weight:
        wait = rest - (weight - current) * expiry / previous if previous else 0.0
    else:
        wait = rest + expiry * (1 - weight / current)
    return math.floor(max(0.0, wait)) + 1


def _redis(url: str) -> RedisStorage | None:
    if url == "memory://":
        return None
    if not url.startswith(("redis://", "rediss://")):
        # The URL is not quoted: it may hold a password.
        message = "the storage of rate limits is memory://, redis://... or rediss://..."
        raise ValueError(message)
    return RedisStorage(f"async+{url}", wrap_exceptions=True, implementation="redispy", key_prefix="healthmed")
