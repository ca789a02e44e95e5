"""Subscribers come and go, in every way, and nothing of them stays."""

import asyncio
import gc
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from tests.bff.live.site import Site, ask, becomes, hear, say, stream
from tests.bff.live.toy import RUNNING

pytestmark = pytest.mark.anyio

AT_ONCE = 10
# Until then the allocator and the pools of the loop grow.
WARM_UP = 1_000
ENDLESS = "subscription { endless }"


async def completes(site: Site) -> None:
    """Subscribe over a socket, complete, and close it."""
    async with site.ready(site.token()) as client:
        await ask(client, "a", ENDLESS)
        await hear(client)
        await say(client, id="a", type="complete")


async def closes(site: Site) -> None:
    """Subscribe over a socket, and close it."""
    async with site.ready() as client:
        await ask(client, "a", ENDLESS)
        await hear(client)


async def breaks_off(site: Site) -> None:
    """Subscribe over a socket, and vanish."""
    async with site.ready() as client:
        await ask(client, "a", ENDLESS)
        client.transport.abort()


async def is_closed(site: Site) -> None:
    """Subscribe over a socket, and be closed for a frame that is no message."""
    async with site.ready() as client:
        await ask(client, "a", ENDLESS)
        await client.send("[]")
        await client.wait_closed()


async def leaves_a_stream(site: Site) -> None:
    """Subscribe over an event stream, and leave."""
    async with stream(site, ENDLESS) as response:
        assert await anext(response.aiter_bytes())


WAYS: tuple[Callable[[Site], Awaitable[None]], ...] = (completes, closes, breaks_off, is_closed, leaves_a_stream)


async def cycles(site: Site, count: int) -> None:
    """Come and go so often, some at the same time."""
    for begun in range(0, count, AT_ONCE):
        await asyncio.gather(*(WAYS[(begun + place) % len(WAYS)](site) for place in range(AT_ONCE)))
    await becomes(lambda: site.places.taken == 0 and not RUNNING.total())
    await becomes(lambda: not site.server.server_state.connections)
    gc.collect()


def census() -> dict[str, int]:
    """Count this process's tasks, its open files and its memory in kB: client's and server's."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return {
        "tasks": len(asyncio.all_tasks()),
        "files": sum(1 for _ in Path("/proc/self/fd").iterdir()),
        "memory_kb": int(status["VmRSS"].split()[0]),
    }


async def test_nothing_of_200_subscribers_stays(site: Site) -> None:
    await cycles(site, 50)
    before = census()
    await cycles(site, 200)
    after = census()
    assert (after["tasks"], after["files"]) == (before["tasks"], before["files"])


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_nothing_of_5000_subscribers_stays(site: Site) -> None:
    await cycles(site, WARM_UP)
    before = census()
    await cycles(site, 5_000)
    after = census()
    print(json.dumps({"before": before, "after": after}))  # noqa: T201  the figures are what a soak is for
    assert (after["tasks"], after["files"]) == (before["tasks"], before["files"])
    assert after["memory_kb"] <= 1.05 * before["memory_kb"]
