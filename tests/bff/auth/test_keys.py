"""A pool's keys: fetched seldom, kept through outages, never waited for once known."""

import asyncio
from contextlib import suppress
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from bff.auth.keys import COOL_DOWN_SECONDS, DEFAULT_AGES, KeyAges, KeyRing, KeysUnavailable
from tests.bff.pool import Clock, KeyEndpoint, SigningKey, settled

pytestmark = pytest.mark.anyio

REFRESH_SECONDS = DEFAULT_AGES.refresh_seconds
MAX_AGE_SECONDS = DEFAULT_AGES.max_age_seconds


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


async def test_a_new_key_is_found_at_once(ring: KeyRing, endpoint: KeyEndpoint, other_key: SigningKey) -> None:
    """A rotation needs no waiting, not even just after a fetch: the first unknown key id causes another."""
    await ring.key("current")
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


async def test_a_fetch_that_began_before_the_rotation_is_followed_by_another(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock, other_key: SigningKey
) -> None:
    """Its answer may be on its way already, without the new key."""
    await ring.ready()
    clock.advance(REFRESH_SECONDS)
    endpoint.open.clear()
    await ring.key("current")
    await settled()
    asked = [asyncio.create_task(ring.key("other")) for _ in range(10)]
    await settled()
    endpoint.answer_then(other_key.jwk())
    assert None not in await asyncio.gather(*asked)
    assert endpoint.fetches == 3


async def test_a_fetch_that_began_with_the_question_is_not(ring: KeyRing, endpoint: KeyEndpoint, clock: Clock) -> None:
    await ring.ready()
    clock.advance(REFRESH_SECONDS)
    assert await ring.key("stranger") is None
    assert endpoint.fetches == 2


STEPS = st.tuples(
    st.sampled_from(["known", "unknown", "ready", "both"]), st.sampled_from([0, 0.1, 1, 7, 29, 30, 31, 299, 300, 4000])
)


@settings(deadline=None)
@given(st.lists(STEPS, max_size=60), st.lists(st.booleans(), min_size=1, max_size=20))
def test_whatever_comes_there_are_at_most_two_fetches_in_a_cool_down(
    signing_key: SigningKey, steps: list[tuple[str, float]], downs: list[bool]
) -> None:
    """And at most one after a failure, once keys were loaded."""

    async def lived() -> list[tuple[float, bool]]:
        clock, endpoint = Clock(), KeyEndpoint(signing_key.jwk())
        ring = KeyRing(endpoint, clock)
        await ring.ready()
        fetches = []
        for number, (what, seconds) in enumerate(steps):
            clock.advance(seconds)
            endpoint.down = downs[number % len(downs)]
            before = endpoint.fetches
            for asked in ("known", "unknown") if what == "both" else (what,):
                with suppress(KeysUnavailable):
                    await (ring.ready() if asked == "ready" else ring.key("current" if asked == "known" else asked))
                await settled()
            fetches += [(clock(), endpoint.down)] * (endpoint.fetches - before)
        return fetches

    fetches = asyncio.run(lived())
    for (at, failed), (after, _) in pairwise(fetches):
        assert not failed or after >= at + COOL_DOWN_SECONDS
    for (at, _), (third, _) in zip(fetches, fetches[2:], strict=False):
        assert third >= at + COOL_DOWN_SECONDS


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
    first = [asyncio.create_task(ring.key("current")) for _ in range(100)]
    await settled()
    endpoint.open.set()
    assert None not in await asyncio.gather(*first)
    assert endpoint.fetches == 1
    endpoint.open.clear()
    asked = [asyncio.create_task(ring.key("current" if number % 2 else "stranger")) for number in range(100)]
    await settled()
    endpoint.open.set()
    found = await asyncio.gather(*asked)
    assert endpoint.fetches == 2
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


async def test_a_process_that_nobody_uses_keeps_its_keys_fresh(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock
) -> None:
    """By the probes of its balancer: they ask whether it is ready."""
    for _ in range(int(MAX_AGE_SECONDS) // 10):
        assert await ring.ready()
        await settled()
        clock.advance(10)
    assert ring.seconds_left > MAX_AGE_SECONDS - REFRESH_SECONDS - 20
    assert endpoint.fetches == MAX_AGE_SECONDS / REFRESH_SECONDS


async def test_the_generation_changes_when_a_key_leaves(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock, signing_key: SigningKey, other_key: SigningKey
) -> None:
    """Or when another key takes its id; not when one comes, and not through a failure."""
    await ring.ready()
    sets: list[tuple[bool, list[dict[str, object]]]] = [
        (False, [signing_key.jwk()]),
        (False, [signing_key.jwk(), other_key.jwk()]),
        (False, []),
        (True, [signing_key.jwk()]),
        (True, [other_key.jwk(kid="current")]),
    ]
    for changes, keys in sets:
        before, endpoint.keys = ring.generation, keys
        clock.advance(REFRESH_SECONDS)
        await ring.ready()
        await settled()
        assert (ring.generation != before) is changes


@pytest.mark.parametrize(
    "ages",
    [
        {"refresh_seconds": COOL_DOWN_SECONDS - 1},
        {"refresh_seconds": 300, "max_age_seconds": 599},
        {"max_age_seconds": float("nan")},
    ],
)
def test_keys_are_refreshed_well_before_they_are_too_old(ages: dict[str, float]) -> None:
    with pytest.raises(ValidationError):
        KeyAges(**ages)
