"""A pool's keys: fetched seldom, kept through outages, never waited for once known."""

import asyncio

import pytest

from bff.auth.keys import COOL_DOWN_SECONDS, DEFAULT_AGES, FIRST_LOAD_SECONDS, KeyAges, KeyRing, KeysUnavailable
from tests.bff.pool import Clock, KeyEndpoint, SigningKey

pytestmark = pytest.mark.anyio

REFRESH_SECONDS = DEFAULT_AGES.refresh_seconds
MAX_AGE_SECONDS = DEFAULT_AGES.max_age_seconds


@pytest.fixture
def ring(endpoint: KeyEndpoint, clock: Clock) -> KeyRing:
    return KeyRing(endpoint, clock)


async def settled() -> None:
    """Let a fetch in the background come to its end."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_one_fetch_serves_a_known_key_for_as_long_as_it_is_fresh(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock
) -> None:
    for _ in range(100):
        assert await ring.key("current") is not None
        clock.advance(REFRESH_SECONDS / 100)
    assert endpoint.fetches == 1


async def test_keys_are_fetched_again_in_the_background(ring: KeyRing, endpoint: KeyEndpoint, clock: Clock) -> None:
    await ring.key("current")
    clock.advance(REFRESH_SECONDS + 1)
    endpoint.open.clear()
    assert await asyncio.wait_for(ring.key("current"), 1) is not None
    await settled()
    assert endpoint.fetches == 2
    endpoint.open.set()


async def test_a_key_that_left_the_set_is_forgotten_at_the_next_fetch(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock, other_key: SigningKey
) -> None:
    await ring.key("current")
    endpoint.keys = [other_key.jwk()]
    clock.advance(REFRESH_SECONDS + 1)
    await ring.key("current")
    await settled()
    assert await ring.key("current") is None
    assert await ring.key("other") is not None


async def test_a_new_key_is_found_at_once(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock, other_key: SigningKey
) -> None:
    """A rotation needs no waiting: the first unknown key id causes a fetch."""
    await ring.key("current")
    clock.advance(COOL_DOWN_SECONDS)
    endpoint.keys.append(other_key.jwk())
    assert await ring.key("other") is not None
    assert endpoint.fetches == 2


async def test_ten_thousand_unknown_keys_cause_two_fetches_in_thirty_seconds(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await ring.key("current")
    for number in range(10_000):
        clock.advance(30 / 10_000)
        assert await ring.key(f"stranger-{number}") is None
        assert await ring.key("current") is not None
    assert endpoint.fetches <= 2


async def test_an_unknown_key_is_looked_for_again_after_the_cool_down(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await ring.key("current")
    clock.advance(COOL_DOWN_SECONDS)
    fetches = []
    for _ in range(3):
        await ring.key("stranger")
        fetches.append(endpoint.fetches)
        clock.advance(COOL_DOWN_SECONDS / 2)
    assert fetches == [2, 2, 3]


async def test_the_cool_down_counts_failures(ring: KeyRing, endpoint: KeyEndpoint, clock: Clock) -> None:
    await ring.key("current")
    clock.advance(COOL_DOWN_SECONDS)
    endpoint.down = True
    for _ in range(50):
        assert await ring.key("stranger") is None
    assert endpoint.fetches == 2


async def test_known_keys_are_served_while_the_endpoint_is_down(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock
) -> None:
    """Every known key is served, and the endpoint is tried once a cool-down."""
    await ring.key("current")
    endpoint.down = True
    clock.advance(REFRESH_SECONDS + 1)
    for _ in range(100):
        assert await ring.key("current") is not None
        await settled()
        clock.advance(COOL_DOWN_SECONDS / 10)
    assert endpoint.fetches == 1 + 10


async def test_a_known_key_does_not_wait_for_an_unknown_one(ring: KeyRing, endpoint: KeyEndpoint, clock: Clock) -> None:
    await ring.key("current")
    clock.advance(COOL_DOWN_SECONDS)
    endpoint.open.clear()
    waiting = asyncio.create_task(ring.key("stranger"))
    await settled()
    assert await asyncio.wait_for(ring.key("current"), 1) is not None
    assert not waiting.done()
    endpoint.open.set()
    assert await waiting is None


async def test_a_hundred_at_once_cause_one_fetch(ring: KeyRing, endpoint: KeyEndpoint) -> None:
    endpoint.open.clear()
    asked = [asyncio.create_task(ring.key("current" if number % 2 else "stranger")) for number in range(100)]
    await settled()
    endpoint.open.set()
    found = await asyncio.gather(*asked)
    assert endpoint.fetches == 1
    assert [each is not None for each in found] == [False, True] * 50


async def test_a_fetch_that_outlasts_the_cool_down_is_not_doubled(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock
) -> None:
    endpoint.open.clear()
    asked = []
    for _ in range(5):
        asked.append(asyncio.create_task(ring.key("current")))
        await settled()
        clock.advance(COOL_DOWN_SECONDS)
    endpoint.open.set()
    assert None not in await asyncio.gather(*asked)
    assert endpoint.fetches == 1


async def test_a_caller_that_goes_away_does_not_take_the_fetch_along(ring: KeyRing, endpoint: KeyEndpoint) -> None:
    endpoint.open.clear()
    first = asyncio.create_task(ring.key("current"))
    second = asyncio.create_task(ring.key("current"))
    await settled()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    endpoint.open.set()
    assert await second is not None
    assert endpoint.fetches == 1


async def test_readiness_waits_for_the_first_load(ring: KeyRing, endpoint: KeyEndpoint, clock: Clock) -> None:
    """Before it, the endpoint is tried once in `FIRST_LOAD_SECONDS`."""
    endpoint.down = True
    for _ in range(10):
        assert not await ring.ready()
    assert endpoint.fetches == 1
    endpoint.down = False
    clock.advance(FIRST_LOAD_SECONDS)
    assert await ring.ready()
    assert endpoint.fetches == 2


async def test_once_ready_it_stays_ready_through_an_outage(ring: KeyRing, endpoint: KeyEndpoint, clock: Clock) -> None:
    await ring.ready()
    endpoint.down = True
    clock.advance(10 * REFRESH_SECONDS)
    assert await ring.ready()


async def test_a_set_without_usable_keys_is_not_ready(ring: KeyRing, endpoint: KeyEndpoint) -> None:
    endpoint.keys = []
    assert not await ring.ready()
