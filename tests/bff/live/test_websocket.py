"""A client's view of sockets: their handshake and their operations."""

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from tests.bff.live.site import ORIGIN, Bounds, Site, ask, becomes, hear, introduce, say
from tests.bff.live.toy import RUNNING

pytestmark = pytest.mark.anyio


async def test_a_query_is_answered_and_completed(site: Site) -> None:
    async with site.ready() as client:
        await ask(client, "a", "{ hello }")
        assert await hear(client) == {"id": "a", "type": "next", "payload": {"data": {"hello": "hello"}}}
        assert await hear(client) == {"id": "a", "type": "complete"}


async def test_a_mutation_takes_variables(site: Site) -> None:
    async with site.ready() as client:
        await ask(client, "a", "mutation ($t: String!) { shout(text: $t) }", variables={"t": "hi"}, operationName=None)
        assert (await hear(client))["payload"] == {"data": {"shout": "HI"}}


async def test_a_subscription_gives_each_event_then_completes(site: Site) -> None:
    async with site.ready() as client:
        await ask(client, "a", "subscription { count(to: 3) }")
        heard = [await hear(client) for _ in range(4)]
    assert [each.get("payload") for each in heard] == [*({"data": {"count": n}} for n in (1, 2, 3)), None]
    assert heard[-1] == {"id": "a", "type": "complete"}


async def test_operations_run_beside_each_other(site: Site) -> None:
    async with site.ready() as client:
        await ask(client, "a", "subscription { endless }")
        await ask(client, "b", "{ hello }")
        heard = [await hear(client) for _ in range(3)]
    assert {(each["id"], each["type"]) for each in heard} == {("a", "next"), ("b", "next"), ("b", "complete")}


async def test_the_token_of_the_introduction_says_who_asks(site: Site) -> None:
    async with site.ready(site.token()) as client:
        await ask(client, "a", "{ mine }")
        assert (await hear(client))["payload"]["data"]["mine"].startswith("pat_")


async def test_nobody_runs_only_what_is_public(site: Site) -> None:
    async with site.ready() as client:
        await ask(client, "a", "{ mine }")
        heard = await hear(client)
        assert (heard["type"], heard["payload"][0]["extensions"]["code"]) == ("error", "UNAUTHENTICATED")
        await ask(client, "a", "{ hello }")
        assert (await hear(client))["type"] == "next"


@pytest.mark.parametrize("query", ["{ nothing }", "{", "", "subscription { count }"])
async def test_an_operation_that_is_not_valid_ends_with_its_errors(site: Site, query: str) -> None:
    async with site.ready() as client:
        await ask(client, "a", query)
        heard = await hear(client)
        assert (heard["id"], heard["type"]) == ("a", "error")
        assert heard["payload"][0]["extensions"]["code"] == "BAD_USER_INPUT"
        await ask(client, "a", "{ hello }")
        assert (await hear(client))["type"] == "next"


async def test_a_fault_while_it_streams_shows_no_internals(site: Site) -> None:
    async with site.ready() as client:
        await ask(client, "a", "subscription { failing }")
        assert (await hear(client))["payload"] == {"data": {"failing": 1}}
        heard = await hear(client)
    assert heard["type"] in {"next", "error"}
    assert "INTERNAL" in str(heard)
    assert "Maria" not in str(heard)


async def test_ping_is_answered_before_and_after_the_introduction(site: Site) -> None:
    async with site.open() as client:
        await say(client, type="ping")
        assert await hear(client) == {"type": "pong"}
        await introduce(client)
        await say(client, type="ping", payload={"n": 2**70})
        assert await hear(client) == {"type": "pong", "payload": {"n": 2**70}}


@pytest.mark.parametrize("bounds", [Bounds().with_limits(heartbeat_seconds=0.05)])
async def test_the_server_pings_and_takes_pongs(site: Site) -> None:
    async with site.ready() as client:
        assert await hear(client) == {"type": "ping"}
        await say(client, type="pong", payload={"any": "thing"})
        assert await hear(client) == {"type": "ping"}


async def test_a_client_that_completes_ends_its_operation_and_may_use_the_id_again(site: Site) -> None:
    async with site.ready() as client:
        for _ in range(10):
            await ask(client, "a", "subscription { endless }")
            assert (await hear(client))["type"] == "next"
            assert RUNNING["endless"] == 1
            await say(client, id="a", type="complete")
        await becomes(lambda: RUNNING["endless"] == 0)
        await ask(client, "a", "{ hello }")
        assert (await hear(client))["payload"] == {"data": {"hello": "hello"}}


async def test_completing_what_does_not_run_is_ignored(site: Site) -> None:
    async with site.ready() as client:
        await say(client, id="unknown", type="complete")
        await ask(client, "a", "{ hello }")
        assert (await hear(client))["type"] == "next"


async def test_a_client_that_leaves_ends_its_operations(site: Site) -> None:
    async with site.ready() as client:
        await ask(client, "a", "subscription { endless }")
        await hear(client)
        await ask(client, "b", "{ waiting }")
        await becomes(lambda: RUNNING["waiting"] == 1)
    await becomes(lambda: not RUNNING.total())
    await becomes(lambda: site.places.taken == 0)


async def test_a_client_that_breaks_off_ends_its_operations(site: Site) -> None:
    async with site.ready() as client:
        await ask(client, "a", "subscription { endless }")
        await hear(client)
        client.transport.abort()
        await becomes(lambda: RUNNING["endless"] == 0)
        await becomes(lambda: site.places.taken == 0)


@pytest.mark.parametrize("subprotocols", [None, ["graphql-ws"], ["chat", "graphql-ws"]])
async def test_other_subprotocols_are_refused(site: Site, subprotocols: list[str] | None) -> None:
    """The legacy protocol is not spoken."""
    with pytest.raises(InvalidStatus) as refused:
        await site.open(subprotocols=subprotocols)
    assert refused.value.response.status_code == 400
    assert b"BAD_USER_INPUT" in refused.value.response.body


async def test_ours_is_chosen_among_subprotocols(site: Site) -> None:
    client: ClientConnection
    async with site.open(subprotocols=["graphql-ws", "graphql-transport-ws"]) as client:
        assert client.subprotocol == "graphql-transport-ws"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "http://app.healthmed.example", f"{ORIGIN}.evil.example", f"{ORIGIN}/"]
)
async def test_other_origins_are_refused(site: Site, origin: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        await site.open(origin=origin)
    assert refused.value.response.status_code == 403
    assert b"FORBIDDEN" in refused.value.response.body
    assert site.places.taken == 0


async def test_our_origin_is_let_in(site: Site) -> None:
    async with site.ready(origin=ORIGIN) as client:
        await ask(client, "a", "{ hello }")
        assert (await hear(client))["type"] == "next"
