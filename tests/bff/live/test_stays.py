import asyncio
from collections.abc import Callable

import pytest

from bff.auth.tokens import LEEWAY_SECONDS
from bff.live.stays import Over, Stays
from tests.bff.pool import NOW, Clock, SigningKey

pytestmark = pytest.mark.anyio


def stays(clock: Callable[[], float], *, revoked: bool = False, recheck_seconds: float = 0.01) -> Stays:
    async def still_valid(_: str) -> bool:
        return not revoked

    return Stays(now=clock, still_valid=still_valid, recheck_seconds=recheck_seconds)


async def test_a_connection_outlives_its_token_by_the_leeway_that_requests_have(
    signing_key: SigningKey, clock: Clock
) -> None:
    token = signing_key.token(exp=int(NOW) + 100)
    over = asyncio.create_task(stays(clock).over(token))
    clock.advance(100 + LEEWAY_SECONDS - 1)
    await asyncio.sleep(0.05)
    assert not over.done()
    clock.advance(1)
    assert await asyncio.wait_for(over, 1) is Over.TOKEN


async def test_it_ends_at_the_expiry_and_not_at_the_next_check(signing_key: SigningKey) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    token = signing_key.token(exp=NOW - LEEWAY_SECONDS + 0.1)
    over = stays(lambda: NOW + loop.time() - began, recheck_seconds=60).over(token)
    assert await asyncio.wait_for(over, 1) is Over.TOKEN
    assert loop.time() - began >= 0.1


async def test_a_token_that_has_expired_ends_it_at_once(signing_key: SigningKey, clock: Clock) -> None:
    token = signing_key.token(exp=int(NOW) - 3600)
    assert await asyncio.wait_for(stays(clock, recheck_seconds=60).over(token), 1) is Over.TOKEN


async def test_a_revoked_token_ends_it_at_the_next_check(signing_key: SigningKey, clock: Clock) -> None:
    assert await asyncio.wait_for(stays(clock, revoked=True).over(signing_key.token()), 1) is Over.TOKEN


@pytest.mark.parametrize("signed_in", [True, False])
async def test_a_server_that_stops_ends_all(signing_key: SigningKey, clock: Clock, signed_in: bool) -> None:
    those = stays(clock, recheck_seconds=60)
    over = asyncio.create_task(those.over(signing_key.token() if signed_in else None))
    await asyncio.sleep(0.05)
    assert not over.done()
    those.stop()
    assert await asyncio.wait_for(over, 1) is Over.SERVER
