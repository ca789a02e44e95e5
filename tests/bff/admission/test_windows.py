"""Sliding windows: what may be taken, when it can be had again, and what happens while Redis is away."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond

from bff.admission import windows as module
from bff.admission.windows import DEADLINE_SECONDS, PAUSE_SECONDS, SWEEP_SECONDS, OwnCounts, Windows
from tests.bff.pool import Clock
from tests.bff.redis_server import HOST, RedisServer, free_port, running

pytestmark = pytest.mark.anyio

TEN = RateLimitItemPerMinute(10)
PASSWORD = "canary-password"


# 7.25 seconds into a minute of the clock.
NOW = 1_795_500_007.25


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Stop the time that `limits` reads."""
    clock = Clock(NOW)
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    with running(tmp_path) as server:
        yield server


@asynccontextmanager
async def opened(url: str, clock: Callable[[], float] = time.monotonic) -> AsyncIterator[Windows]:
    windows = Windows(url, clock)
    try:
        yield windows
    finally:
        await windows.aclose()


async def admitted(windows: Windows, attempts: int, item: RateLimitItem = TEN, who: str = "ana") -> int:
    """Return how many of so many attempts at once are admitted."""
    taken = await asyncio.gather(*(windows.take(item, who, 1) for _ in range(attempts)))
    return taken.count(0)


async def test_what_is_taken_is_gone_and_comes_back(clock: Clock) -> None:
    """The minute has 52.75 seconds left, and 5 of its 10 uses still weigh in after 24 of the next."""
    windows = Windows("memory://")
    assert [await windows.take(TEN, "ana", 5) for _ in range(3)] == [0, 0, 77]
    assert await windows.take(TEN, "bia", 10) == 0
    clock.advance(120)
    assert await windows.take(TEN, "ana", 10) == 0


@pytest.mark.usefixtures("clock")
async def test_a_refusal_takes_nothing() -> None:
    windows = Windows("memory://")
    assert await windows.take(TEN, "ana", 8) == 0
    for _ in range(50):
        assert await windows.take(TEN, "ana", 3) > 0
    assert await windows.take(TEN, "ana", 2) == 0


steps = st.lists(st.tuples(st.floats(0, 90), st.integers(1, 10)), min_size=1, max_size=30)


@given(steps)
def test_it_can_be_had_exactly_when_it_says(given_steps: list[tuple[float, int]]) -> None:
    """After each refusal: refused still a second before the time that it named, and admitted at that time."""

    async def story() -> None:
        windows = Windows("memory://")
        for wait, count in given_steps:
            still.advance(wait)
            seconds = await windows.take(TEN, "ana", count)
            if seconds:
                assert seconds <= 120
                still.advance(seconds - 1)
                assert await windows.take(TEN, "ana", count) == 1
                still.advance(1)
                assert await windows.take(TEN, "ana", count) == 0

    still = Clock(NOW)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", still)
        asyncio.run(story())


@given(st.lists(st.tuples(st.floats(0, 20), st.integers(1, 10)), max_size=60))
def test_no_minute_admits_more_than_it_should(given_steps: list[tuple[float, int]]) -> None:
    """At most the limit in a minute of the clock, and less than two limits in any sixty seconds."""

    async def story() -> None:
        windows = Windows("memory://")
        for wait, count in given_steps:
            still.advance(wait)
            if not await windows.take(TEN, "ana", count):
                taken.extend([still.seconds] * count)

    still, taken = Clock(NOW), list[float]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", still)
        asyncio.run(story())
    assert all(sum(at // 60 == start // 60 for at in taken) <= 10 for start in taken)
    assert all(sum(start <= at < start + 60 for at in taken) < 20 for start in taken)


async def test_a_hundred_at_once_get_what_there_is() -> None:
    assert await admitted(Windows("memory://"), 100) == 10


async def test_two_processes_share_what_there_is(redis: RedisServer) -> None:
    async with opened(redis.url) as one, opened(redis.url) as other:
        both = await asyncio.gather(admitted(one, 100), admitted(other, 100), admitted(one, 5, who="bia"))
    assert (both[0] + both[1], both[2]) == (10, 5)


async def test_redis_gives_back_when_it_says(redis: RedisServer) -> None:
    item = RateLimitItemPerSecond(4, multiples=2)
    async with opened(redis.url) as windows:
        assert await windows.take(item, "ana", 4) == 0
        seconds = await windows.take(item, "ana", 4)
        assert 3 <= seconds <= 4
        await asyncio.sleep(seconds)
        assert await windows.take(item, "ana", 4) == 0


async def test_redis_forgets_who_no_longer_comes(redis: RedisServer) -> None:
    async with opened(redis.url) as windows:
        await windows.take(TEN, "ana", 1)
    [key] = [line for line in redis.ask("KEYS", "*") if "ana" in line]
    assert key.startswith("healthmed:")
    [lifetime] = [line for line in redis.ask("TTL", key) if line.startswith(":")]
    assert 110 <= int(lifetime.removeprefix(":")) <= 120


@asynccontextmanager
async def mute_server() -> AsyncIterator[str]:
    """Accept connections and never say a word."""

    async def keep_quiet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(1000):
            pass
        writer.close()

    async with await asyncio.start_server(keep_quiet, HOST, 0) as server:
        yield f"redis://:{PASSWORD}@{HOST}:{server.sockets[0].getsockname()[1]}"


async def test_without_an_answer_the_process_counts_alone(caplog: pytest.LogCaptureFixture) -> None:
    """Nothing passes unlimited, nobody waits long, and the log says so once."""
    clock = Clock()
    async with mute_server() as url, opened(url, clock) as windows:
        began = time.monotonic()
        assert await admitted(windows, 100) == 10
        first = time.monotonic() - began
        assert await admitted(windows, 100) == 0
        second = time.monotonic() - began - first
    assert first < 3 * DEADLINE_SECONDS
    assert second < DEADLINE_SECONDS
    # Those that had a connection when it became known, and nobody after them.
    assert 1 <= len(caplog.messages) <= module.CONNECTIONS
    assert set(caplog.messages) == {"the shared counts do not answer (TimeoutError): this process counts alone"}
    assert PASSWORD not in caplog.text


async def test_where_nobody_listens_the_process_counts_alone(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "bff")
    async with opened(f"redis://:{PASSWORD}@{HOST}:{free_port()}") as windows:
        assert await admitted(windows, 30) == 10
    assert "this process counts alone" in caplog.text
    assert PASSWORD not in caplog.text


async def test_what_refuses_the_password_is_as_good_as_away(redis: RedisServer) -> None:
    async with opened(redis.url.replace("//", f"//:{PASSWORD}@")) as windows:
        assert await admitted(windows, 30) == 10


async def test_redis_counts_again_after_a_pause(redis: RedisServer) -> None:
    """It has lost its counts and its scripts meanwhile."""
    clock = Clock()
    async with opened(redis.url, clock) as windows, opened(redis.url) as other:
        assert await admitted(windows, 8) == 8
        redis.stop()
        assert await admitted(windows, 30) == 10
        redis.start()
        clock.advance(PAUSE_SECONDS - 0.01)
        assert await admitted(windows, 30) == 0
        clock.advance(0.01)
        assert await admitted(windows, 6) == 6
        assert await admitted(other, 30) == 4


@pytest.mark.parametrize(
    "url", ["", "memory", "http://x", f"memcached://:{PASSWORD}@x", f"redis:{PASSWORD}", "async+redis://x"]
)
def test_another_storage_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(ValueError, match=r"memory://, redis://\.\.\. or rediss://\.\.\.") as refused:
        Windows(url)
    assert PASSWORD not in str(refused.value)


async def test_counts_in_memory_are_forgotten(clock: Clock) -> None:
    """Also those of callers that never come again."""
    counts = OwnCounts()
    for caller in range(1000):
        await counts.acquire_sliding_window_entry(f"caller {caller}", 10, 60)
    clock.advance(120 + SWEEP_SECONDS)
    await counts.acquire_sliding_window_entry("another", 10, 60)
    assert len(counts.storage) == len(counts.expirations) == 1
    assert not counts.locks


async def test_a_count_starts_again_once_it_is_old(clock: Clock) -> None:
    counts = OwnCounts()
    assert [await counts.incr("ana", 5) for _ in range(3)] == [1, 2, 3]
    clock.advance(5)
    assert await counts.incr("ana", 5, amount=2) == 2


@pytest.mark.usefixtures("clock")
async def test_a_use_costs_the_same_however_many_callers_there_are() -> None:
    """`limits`' own memory looks at each of them: then the second figure would be some hundred times the first."""

    async def seconds_of_uses(callers: int) -> float:
        windows = Windows("memory://")
        for caller in range(callers):
            await windows.take(TEN, f"caller {caller}", 1)
        began = time.process_time()
        for _ in range(200):
            await windows.take(TEN, "ana", 1)
        return time.process_time() - began

    assert await seconds_of_uses(50_000) < 10 * await seconds_of_uses(100)
