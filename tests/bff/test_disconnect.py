"""A client that goes away costs nothing more: its operation and the calls below it end, seen from the services."""

import asyncio
import json

import pytest

from tests.bff.pool import Clock, KeyEndpoint, SigningKey
from tests.bff.serving import Rerouted, connected, served
from tests.bff.world import running
from tests.clients.servers import be_silent, serving

pytestmark = pytest.mark.anyio

OPERATIONS = {
    "a loader's call": "{ me { name } }",
    "a resolver's call": "{ doctors { nodes { id } } }",
    "a mutation's call": 'mutation { revokeShare(input: {shareId: "shr_1"}) { __typename } }',
}
DEADLINE_SECONDS = 5


@pytest.mark.parametrize("query", OPERATIONS.values(), ids=OPERATIONS.keys())
async def test_a_service_sees_its_connection_closed(  # noqa: PLR0913, PLR0917  what an endpoint is made of
    query: str,
    signing_key: SigningKey,
    endpoint: KeyEndpoint,
    bff_key: tuple[str, str],
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    body = json.dumps({"query": query}).encode()
    head = (
        f"POST / HTTP/1.1\r\nContent-Length: {len(body)}\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {signing_key.token()}\r\n\r\n"
    )
    async with (
        serving(be_silent) as silent,
        running(signing_key, endpoint, bff_key[0], clock, network=Rerouted(silent.url)) as world,
        served(world.app) as address,
        asyncio.timeout(DEADLINE_SECONDS),
    ):
        async with connected(address) as (_, writer):
            before = asyncio.all_tasks()
            writer.write(head.encode() + body)
            await silent.asked.wait()
            assert not silent.left.is_set()
        await silent.left.wait()
        await asyncio.gather(*asyncio.all_tasks() - before, return_exceptions=True)
    assert not [record for record in caplog.records if record.name != "httpx"]


async def test_what_is_not_begun_when_the_client_leaves_is_never_asked(
    signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str], clock: Clock
) -> None:
    """After the one call that a list of a hundred waits for, no second one is made."""
    async with (
        serving(be_silent) as silent,
        running(signing_key, endpoint, bff_key[0], clock, network=Rerouted(silent.url)) as world,
        served(world.app) as address,
    ):
        body = json.dumps({"query": "{ doctors { nodes { id name } } specialties { code } }"}).encode()
        async with connected(address) as (_, writer):
            writer.write(b"POST / HTTP/1.1\r\nContent-Type: application/json\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
            await silent.asked.wait()
        await silent.left.wait()
        opened = silent.opened
        await asyncio.sleep(0.2)
        assert silent.opened == opened
