"""Row 6 of the checklist: what is fetched, when, and how often, counted at an endpoint behind a real socket."""

import asyncio
import time
from typing import Final

import pytest

from bff.auth.keys import COOL_DOWN_SECONDS, DEFAULT_AGES, KeyAges
from bff.auth.tokens import TokenCheck
from clients.cognito.keys import MAX_BODY_BYTES, TIMEOUT_SECONDS
from tests.bff.auth.key_server import KeyServer, key_server
from tests.bff.auth.verdicts import verdict
from tests.bff.auth.wrong_tokens import segment
from tests.bff.pool import NOW, PATIENT, POOL, Clock, SigningKey

pytestmark = pytest.mark.anyio

STRANGERS: Final = 10_000
WINDOW_SECONDS: Final = 30


def strangers(key: SigningKey, count: int) -> list[str]:
    """Return tokens that are right in all but the id of their key, which nobody has."""
    _, payload, signature = key.token().split(".")
    ids = [f"stranger-{number}" for number in range(count)]
    heads = [segment(f'{{"alg":"RS256","kid":"{kid}"}}'.encode()) for kid in ids]
    return [f"{head}.{payload}.{signature}" for head in heads]


async def test_row_6_fetches_are_bounded(clock: Clock, signing_key: SigningKey) -> None:
    """6. JWKS: async fetch, 2-3 s timeout, size cap, no redirects."""
    assert 2 <= TIMEOUT_SECONDS <= 3
    async with key_server(clock, signing_key.jwk()) as (elsewhere, _), key_server(clock) as (server, ring):
        check = TokenCheck(POOL, ring, clock)
        server.status, server.headers = "302 Found", f"Location: {elsewhere.url}\r\n"
        assert await verdict(check, signing_key.token()) == "cannot be told"
        assert elsewhere.fetches == 0
        clock.advance(COOL_DOWN_SECONDS)
        server.keys, server.status, server.headers = [signing_key.jwk()], "200 OK", ""
        server.padding_bytes = MAX_BODY_BYTES
        assert await verdict(check, signing_key.token()) == "cannot be told"
        clock.advance(COOL_DOWN_SECONDS)
        server.padding_bytes = 0
        assert await verdict(check, signing_key.token()) == PATIENT
        assert server.fetches == 3


async def test_row_6_a_slow_endpoint_does_not_stop_the_loop(clock: Clock, signing_key: SigningKey) -> None:
    """6. Async fetch; single flight per pool shielded from a caller's cancellation."""
    async with key_server(clock, signing_key.jwk()) as (server, ring):
        server.seconds = 1
        asked = [asyncio.create_task(ring.key("current")) for _ in range(50)]
        longest, before = 0.0, time.perf_counter()
        while not all(task.done() for task in asked):
            await asyncio.sleep(0.01)
            asked[0].cancel()
            longest, before = max(longest, time.perf_counter() - before), time.perf_counter()
        assert asked[0].cancelled()
        assert all(task.result() is not None for task in asked[1:])
        assert server.fetches == 1
        assert longest < server.seconds


async def test_row_6_ten_thousand_unknown_keys_and_valid_requests_meanwhile(
    clock: Clock, signing_key: SigningKey
) -> None:
    """6. At most 2 fetches in 30 s a pool; known keys are never blocked by an unknown one."""
    async with key_server(clock, signing_key.jwk()) as (server, ring):
        check = TokenCheck(POOL, ring, clock)
        await ring.ready()
        server.seconds = 2
        asked = []
        slowest = 0.0
        for number, token in enumerate(strangers(signing_key, STRANGERS)):
            clock.advance(WINDOW_SECONDS / STRANGERS)
            asked.append(asyncio.create_task(verdict(check, token)))
            if number % 100 == 0:
                began = time.perf_counter()
                assert await verdict(check, signing_key.token(jti=str(number))) == PATIENT
                slowest = max(slowest, time.perf_counter() - began)
                await asyncio.sleep(0)
        assert set(await asyncio.gather(*asked)) == {"refused"}
        assert server.fetches == 2
        assert slowest < server.seconds


async def test_row_6_ten_thousand_unknown_keys_in_an_outage(clock: Clock, signing_key: SigningKey) -> None:
    """6. A cool-down for unknown kids that counts failures too; stale keys are served meanwhile."""
    async with key_server(clock, signing_key.jwk()) as (server, ring):
        check = TokenCheck(POOL, ring, clock)
        await ring.ready()
        clock.advance(DEFAULT_AGES.refresh_seconds)
        server.status = "503 Service Unavailable"
        for number, token in enumerate(strangers(signing_key, STRANGERS)):
            clock.advance(WINDOW_SECONDS / STRANGERS)
            assert await verdict(check, token) == "refused"
            if number % 100 == 0:
                assert await verdict(check, signing_key.token(jti=str(number))) == PATIENT
        assert server.fetches <= 1 + 2


async def test_row_6_a_rotation_is_picked_up_within_a_second(
    clock: Clock, signing_key: SigningKey, other_key: SigningKey
) -> None:
    """6. One immediate refresh so that rotation works."""
    async with key_server(clock, signing_key.jwk()) as (server, ring):
        check = TokenCheck(POOL, ring, clock)
        assert await verdict(check, signing_key.token()) == PATIENT
        server.keys = [other_key.jwk()]
        began = time.perf_counter()
        assert await verdict(check, other_key.token()) == PATIENT
        assert time.perf_counter() - began < 1
        assert await verdict(check, signing_key.token()) == "refused"
        assert server.fetches == 2


async def outlived(server: KeyServer, check: TokenCheck, key: SigningKey, clock: Clock, seconds: float) -> list[str]:
    """Ask with a token every ten seconds while the endpoint is down; return what became of each."""
    server.status = "503 Service Unavailable"
    verdicts = []
    while clock() < NOW + seconds:
        clock.advance(10)
        verdicts.append(await verdict(check, key.token(iat=clock(), exp=clock() + 600)))
        await asyncio.sleep(0)
    return verdicts


async def test_row_6_stale_keys_are_served_for_the_configured_time(clock: Clock, signing_key: SigningKey) -> None:
    """6. Early background refresh; stale keys served for a configured time when the endpoint is down."""
    ages = KeyAges(refresh_seconds=60, max_age_seconds=1800)
    async with key_server(clock, signing_key.jwk(), ages=ages) as (server, ring):
        check = TokenCheck(POOL, ring, clock)
        await ring.ready()
        assert set(await outlived(server, check, signing_key, clock, 1790)) == {PATIENT}
        assert set(await outlived(server, check, signing_key, clock, 2100)) == {"cannot be told"}
        assert server.fetches <= 1 + (2100 - 60) / COOL_DOWN_SECONDS + 1
        server.status = "200 OK"
        clock.advance(COOL_DOWN_SECONDS)
        assert await verdict(check, signing_key.token(exp=clock() + 600)) == PATIENT


async def test_row_6_ready_only_after_the_first_load(clock: Clock, signing_key: SigningKey) -> None:
    """6. Ready only after the first load."""
    async with key_server(clock, signing_key.jwk()) as (server, ring):
        server.status = "503 Service Unavailable"
        assert not await ring.ready()
        clock.advance(1)
        server.status = "200 OK"
        assert await ring.ready()
        assert server.fetches == 2
