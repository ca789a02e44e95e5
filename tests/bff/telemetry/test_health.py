import asyncio
from typing import Final, get_args

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from bff.auth.keys import DEFAULT_AGES, FIRST_LOAD_SECONDS, KeyRing
from bff.telemetry.health import Ready, live
from schema.common.principals import Audience
from tests.bff.pool import Clock, KeyEndpoint

pytestmark = pytest.mark.anyio

AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)


async def read(path: str, ready: Ready) -> tuple[int, object]:
    app = Starlette(routes=[Route("/health/live", live), Route("/health/ready", ready.answer)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bff.test") as http:
        answer = await http.get(path)
    return answer.status_code, answer.json()


async def test_a_process_that_answers_is_live() -> None:
    """Also one that waits for keys: restarting it would not bring them."""
    assert await read("/health/live", Ready({})) == (200, {"status": "live"})


async def test_it_is_ready_once_each_pool_has_keys(endpoint: KeyEndpoint, clock: Clock) -> None:
    down = KeyEndpoint()
    down.down = True
    ready = Ready({"patient": KeyRing(endpoint, clock), "doctor": KeyRing(down, clock), "erp": KeyRing(down, clock)})
    assert await read("/health/ready", ready) == (503, {"status": "waiting", "pools": ["doctor", "erp"]})
    down.down, down.keys = False, endpoint.keys
    clock.advance(FIRST_LOAD_SECONDS)
    assert await read("/health/ready", ready) == (200, {"status": "ready"})


async def test_an_outage_after_that_does_not_take_it_out_of_service(endpoint: KeyEndpoint, clock: Clock) -> None:
    ready = Ready({"patient": KeyRing(endpoint, clock)})
    await read("/health/ready", ready)
    endpoint.down = True
    clock.advance(10 * DEFAULT_AGES.max_age_seconds)
    assert await read("/health/ready", ready) == (200, {"status": "ready"})


async def test_the_pools_are_waited_for_together(endpoint: KeyEndpoint, clock: Clock) -> None:
    """A probe has little time, and each pool may take some seconds."""
    slow = [KeyEndpoint(*endpoint.keys) for _ in range(3)]
    for each in slow:
        each.open.clear()
    rings = dict(zip(AUDIENCES, (KeyRing(each, clock) for each in slow), strict=True))
    asked = asyncio.create_task(read("/health/ready", Ready(rings)))
    async with asyncio.timeout(5):
        while [each.fetches for each in slow] != [1, 1, 1]:  # noqa: ASYNC110  nobody tells when
            await asyncio.sleep(0)
    for each in slow:
        each.open.set()
    assert await asked == (200, {"status": "ready"})
