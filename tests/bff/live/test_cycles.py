"""Subscribers come and go, in every way, and nothing of them stays."""

import asyncio
import gc
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import count
from pathlib import Path

import pytest

from bff.engine.race import end
from tests.bff.live.patient import WATCH, PatientSite, serving_patients
from tests.bff.live.site import ask, becomes, hear, say, stream
from tests.bff.pool import KeyEndpoint, SigningKey

pytestmark = pytest.mark.anyio

AT_ONCE = 10
CYCLES = 5_000
TOLD_EACH_SECONDS = 0.01
# Until then the allocator and the pools of the loop grow.
WARM_UP = 1_000


@pytest.fixture
async def site(signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str]) -> AsyncIterator[PatientSite]:
    """Serve a patient to whom something happens all the time."""
    async with serving_patients(
        signing_key,
        endpoint,
        bff_key[0],
        live_connections_per_person=2 * AT_ONCE,
        rate_requests_per_minute=10 * CYCLES,
    ) as patients:

        async def tell() -> None:
            for number in count():
                await patients.tell(number)
                await asyncio.sleep(TOLD_EACH_SECONDS)

        telling = asyncio.create_task(tell())
        yield patients
        await end([telling])


async def completes(site: PatientSite) -> None:
    """Subscribe over a socket, complete, and close it."""
    async with site.ready(site.token()) as client:
        await ask(client, "a", WATCH)
        assert (await hear(client))["type"] == "next"
        await say(client, id="a", type="complete")


async def closes(site: PatientSite) -> None:
    """Subscribe over a socket, and close it."""
    async with site.ready(site.token()) as client:
        await ask(client, "a", WATCH)
        assert (await hear(client))["type"] == "next"


async def breaks_off(site: PatientSite) -> None:
    """Subscribe over a socket, and vanish."""
    async with site.ready(site.token()) as client:
        await ask(client, "a", WATCH)
        client.transport.abort()


async def is_closed(site: PatientSite) -> None:
    """Subscribe over a socket, and be closed for a frame that is no message."""
    async with site.ready(site.token()) as client:
        await ask(client, "a", WATCH)
        await client.send("[]")
        await client.wait_closed()


async def leaves_a_stream(site: PatientSite) -> None:
    """Subscribe over an event stream, and leave."""
    async with stream(site, WATCH, site.token()) as response:
        assert (await anext(response.aiter_bytes())).startswith(b"event: next")


WAYS: tuple[Callable[[PatientSite], Awaitable[None]], ...] = (completes, closes, breaks_off, is_closed, leaves_a_stream)


async def cycles(site: PatientSite, times: int) -> None:
    """Come and go so often, some at the same time."""
    for begun in range(0, times, AT_ONCE):
        await asyncio.gather(*(WAYS[(begun + place) % len(WAYS)](site) for place in range(AT_ONCE)))
    await becomes(lambda: site.places.taken == 0 and site.feed.subscribers == 0)
    await becomes(lambda: not site.server.server_state.connections)
    gc.collect()


def census() -> dict[str, int]:
    """Count this process's tasks, open files, objects, and its memory in kB: client's and server's."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {
        "tasks": len(asyncio.all_tasks()),
        "files": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "objects": len(gc.get_objects()),
        "memory_kb": int(status["VmRSS"].split()[0]),
    }


async def test_nothing_of_200_subscribers_stays(site: PatientSite) -> None:
    await cycles(site, 50)
    before = census()
    await cycles(site, 200)
    after = census()
    assert (after["tasks"], after["files"]) == (before["tasks"], before["files"])


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_nothing_of_5000_subscribers_stays(site: PatientSite) -> None:
    await cycles(site, WARM_UP)
    before = census()
    await cycles(site, CYCLES)
    after = census()
    print(json.dumps({"before": before, "after": after}))  # noqa: T201  the figures are what a soak is for
    assert (after["tasks"], after["files"]) == (before["tasks"], before["files"])
    assert after["memory_kb"] <= 1.05 * before["memory_kb"]
    # Not one object of ten subscribers: less than what 5 % of the memory would hide.
    assert after["objects"] - before["objects"] < CYCLES / 10
