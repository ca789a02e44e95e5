"""A client's view of the protocol: a close code for each thing that it forbids."""

import pytest
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import InvalidStatus

from tests.bff.live.site import ORIGIN, Bounds, Site, ask, becomes, closing, hear, introduce, say
from tests.bff.live.toy import RUNNING

pytestmark = pytest.mark.anyio

INVALID = (4400, "Invalid message received")


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


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "hello",
        "[]",
        "1",
        "null",
        "{}",
        '{"type": "hello"}',
        '{"type": null}',
        '{"type": "connection_ack"}',
        '{"type": "next", "id": "a", "payload": {}}',
        '{"type": "connection_init", "payload": []}',
        '{"type": "connection_init", "payload": "Bearer x"}',
        '{"type": "ping", "payload": 1}',
        '{"type": "subscribe", "id": "a"}',
        '{"type": "subscribe", "id": "a", "payload": null}',
        '{"type": "subscribe", "id": "a", "payload": []}',
        '{"type": "subscribe", "id": "", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": 1, "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "' + "a" * 129 + '", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "payload": {"query": "{ hello }"}}',
        '{"type": "subscribe", "id": "a", "payload": {"query": 1}}',
        '{"type": "subscribe", "id": "a", "payload": {"query": "{ hello }", "variables": []}}',
        '{"type": "subscribe", "id": "a", "payload": {"query": "{ hello }", "query": "{ mine }"}}',
        '{"type": "complete"}',
        '{"type": "ping", "payload": {"n": ' + "1" * 5_000 + "}}",
        '{"type": "ping", "payload": {"a": ' + "[" * 9_000 + "]" * 9_000 + "}}",
        '{"type": "ping", "payload": {"a": "\\ud800"}}',
        '{"type": "ping", "payload": {"a": NaN}}',
        '{"type": "ping"} {"type": "ping"}',
        '{"type": "ping", "payload": {"a": "' + "x" * 20_000 + '"}}',
        b'{"type": "ping"}',
        b"\xff\x00",
    ],
)
async def test_what_is_no_message_closes_with_4400(
    site: Site, frame: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    async with site.ready() as client:
        await client.send(frame)
        assert await closing(client) == INVALID
    assert not caplog.records


@pytest.mark.parametrize("bounds", [Bounds().with_limits(init_seconds=0.1)])
async def test_no_introduction_in_time_closes_with_4408(site: Site) -> None:
    async with site.open() as client:
        assert await closing(client) == (4408, "Connection initialisation timeout")


async def test_an_operation_before_the_introduction_closes_with_4401(site: Site) -> None:
    async with site.open() as client:
        await ask(client, "a", "{ hello }")
        assert await closing(client) == (4401, "Unauthorized")


async def test_a_second_introduction_closes_with_4429(site: Site) -> None:
    async with site.ready() as client:
        await say(client, type="connection_init")
        assert await closing(client) == (4429, "Too many initialisation requests")


async def test_an_id_that_runs_closes_with_4409(site: Site) -> None:
    async with site.ready() as client:
        await ask(client, "é" * 60, "subscription { endless }")
        await hear(client)
        await ask(client, "é" * 60, "{ hello }")
        code, reason = await closing(client)
        assert code == 4409
        assert reason
        assert reason.startswith("Subscriber for ééé")


async def test_too_many_operations_close_with_4429(site: Site) -> None:
    async with site.ready() as client:
        for number in range(5):
            await ask(client, str(number), "subscription { endless }")
        assert await closing(client) == (4429, "Too many operations")


@pytest.mark.parametrize(
    "payload",
    [
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Basic abc"},
        {"Authorization": "Bearer "},
        {"Authorization": ""},
        {"Authorization": None},
        {"authorization": 1},
        {"Authorization": "Bearer a", "authorization": "Bearer b"},
    ],
)
async def test_a_bad_token_closes_with_4403(site: Site, payload: dict[str, object]) -> None:
    """A bad token is never taken for none."""
    async with site.open() as client:
        await say(client, type="connection_init", payload=payload)
        assert await closing(client) == (4403, "Forbidden")


async def test_a_token_that_expires_closes_with_4403(site: Site) -> None:
    async with site.ready(site.token()) as client:
        await ask(client, "a", "subscription { endless }")
        await hear(client)
        site.clock.advance(3600)
        assert await closing(client) == (4403, "Forbidden")
    await becomes(lambda: RUNNING["endless"] == 0)


async def test_a_token_that_is_revoked_closes_with_4403(site: Site) -> None:
    token = site.token()
    async with site.ready(token) as client:
        site.revoked.add(token)
        assert await closing(client) == (4403, "Forbidden")


@pytest.mark.parametrize("bounds", [Bounds(per_person=2)])
async def test_too_many_sockets_of_one_person_close_with_4429(site: Site) -> None:
    token = site.token()
    async with site.ready(token), site.ready(token), site.ready(), site.open() as client:
        await say(client, type="connection_init", payload={"Authorization": f"Bearer {token}"})
        assert await closing(client) == (4429, "Too many sockets")
    await becomes(lambda: site.places.taken == 0)


@pytest.mark.parametrize(("bounds", "status"), [(Bounds(in_all=1), 503), (Bounds(per_address=1), 429)])
async def test_more_than_the_process_or_an_address_may_have_are_refused(site: Site, status: int) -> None:
    async with site.ready():
        with pytest.raises(InvalidStatus) as refused:
            await site.open()
    assert refused.value.response.status_code == status
    assert b"LIMIT_EXCEEDED" in refused.value.response.body


async def test_a_server_that_stops_closes_with_1012(site: Site) -> None:
    async with site.ready() as client:
        await ask(client, "a", "subscription { endless }")
        await hear(client)
        site.stays.stop()
        assert (await closing(client))[0] == 1012


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
