"""A close code for each thing that the protocol, or a limit of ours, forbids."""

import pytest
from websockets.exceptions import InvalidStatus

from tests.bff.live.site import Bounds, Site, ask, becomes, closing, hear, say
from tests.bff.live.toy import RUNNING
from tests.bff.pool import KeyEndpoint

pytestmark = pytest.mark.anyio

INVALID = (4400, "Invalid message received")


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


async def test_a_token_that_cannot_be_checked_now_closes_with_1013(site: Site, endpoint: KeyEndpoint) -> None:
    """Clients come back after it with the same token: nobody has said that it is wrong."""
    endpoint.down = True
    async with site.open() as client:
        await say(client, type="connection_init", payload={"Authorization": f"Bearer {site.token()}"})
        assert await closing(client) == (1013, "Try again later")


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
