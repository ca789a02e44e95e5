"""A pool's keys while their endpoint does not answer, before the first load and after it."""

import pytest

from bff.auth.keys import COOL_DOWN_SECONDS, DEFAULT_AGES, FIRST_LOAD_SECONDS, KeyAges, KeyRing, KeysUnavailable
from tests.bff.pool import Clock, KeyEndpoint, SigningKey, settled

pytestmark = pytest.mark.anyio

REFRESH_SECONDS = DEFAULT_AGES.refresh_seconds
MAX_AGE_SECONDS = DEFAULT_AGES.max_age_seconds


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


async def test_known_keys_are_used_until_the_stated_limit_and_no_longer(endpoint: KeyEndpoint, clock: Clock) -> None:
    """Then nobody is told that his token is wrong: that cannot be known. One fetch later, all is well."""
    ring = KeyRing(endpoint, clock, KeyAges(refresh_seconds=60, max_age_seconds=3600))
    await ring.ready()
    endpoint.down = True
    clock.advance(3599)
    assert await ring.key("current") is not None
    await settled()
    clock.advance(1)
    for _ in range(3):
        with pytest.raises(KeysUnavailable) as told:
            await ring.key("current")
        assert (told.value.status, told.value.headers) == (503, {"Retry-After": "29"})
    assert endpoint.fetches == 2
    endpoint.down = False
    clock.advance(29)
    assert await ring.key("current") is not None
    assert endpoint.fetches == 3


async def test_after_a_night_without_requests_the_first_one_waits_for_new_keys(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock, other_key: SigningKey
) -> None:
    await ring.ready()
    clock.advance(MAX_AGE_SECONDS)
    assert await ring.key("current") is not None
    endpoint.keys = [other_key.jwk()]
    clock.advance(MAX_AGE_SECONDS)
    assert await ring.key("current") is None
    assert endpoint.fetches == 3


async def test_in_an_outage_strangers_do_not_add_to_the_fetches(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock
) -> None:
    await ring.ready()
    endpoint.down = True
    clock.advance(REFRESH_SECONDS)
    for second in range(10 * COOL_DOWN_SECONDS):
        assert await ring.key("current") is not None
        assert await ring.key(f"stranger-{second}") is None
        clock.advance(1)
    assert endpoint.fetches == 1 + 10


async def test_readiness_waits_for_the_first_load(ring: KeyRing, endpoint: KeyEndpoint, clock: Clock) -> None:
    """Before it, the endpoint is tried after pauses that grow to the cool-down."""
    endpoint.down = True
    tried_at = []
    for second in range(120):
        before = endpoint.fetches
        assert not await ring.ready()
        assert not await ring.ready()
        tried_at += [second] * (endpoint.fetches - before)
        clock.advance(FIRST_LOAD_SECONDS)
    assert tried_at == [0, 1, 3, 7, 15, 31, 61, 91]
    endpoint.down = False
    clock.advance(COOL_DOWN_SECONDS)
    assert await ring.ready()
    assert endpoint.fetches == len(tried_at) + 1


async def test_before_the_first_load_a_token_does_not_try_as_often(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock
) -> None:
    endpoint.down = True
    for _ in range(COOL_DOWN_SECONDS):
        with pytest.raises(KeysUnavailable):
            await ring.key("current")
        clock.advance(1)
    assert endpoint.fetches == 1
    endpoint.down = False
    assert await ring.key("current") is not None


async def test_once_ready_it_stays_ready_through_an_outage(ring: KeyRing, endpoint: KeyEndpoint, clock: Clock) -> None:
    await ring.ready()
    endpoint.down = True
    clock.advance(10 * MAX_AGE_SECONDS)
    assert await ring.ready()


async def test_a_set_without_usable_keys_is_not_ready(ring: KeyRing, endpoint: KeyEndpoint) -> None:
    endpoint.keys = []
    assert not await ring.ready()


async def test_a_set_without_usable_keys_does_not_replace_one_with_keys(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock
) -> None:
    """It is a failure as any other: the known keys are used for as long as they may be."""
    await ring.ready()
    endpoint.keys = []
    clock.advance(REFRESH_SECONDS)
    await ring.ready()
    await settled()
    assert endpoint.fetches == 2
    assert await ring.key("current") is not None


async def test_a_failure_is_logged_once_a_fetch(
    ring: KeyRing, endpoint: KeyEndpoint, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    await ring.ready()
    endpoint.down = True
    clock.advance(REFRESH_SECONDS)
    for _ in range(50):
        await ring.key("current")
        await settled()
    assert caplog.messages == ["keys not fetched: cognito: status 503; the known ones are used for 21300 s"]
