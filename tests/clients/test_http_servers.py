"""Calls to real servers that misbehave, over each transport: each has its place in the tree of errors, in time."""

import asyncio

import httpx
import pytest
import respx

from clients import http as clients_http
from clients.errors import UpstreamContract, UpstreamError, UpstreamUnavailable
from clients.http import Downstream
from clients.transports.over_httpx import OverHttpx
from clients.transports.transport import Transport
from clients.wire import Wire
from tests.clients.servers import Handler, be_silent, break_off, flood, hang_up, serving, talk_nonsense, trickle

pytestmark = pytest.mark.anyio

URL = "http://records.test"


class Person(Wire, frozen=True):
    """A model, of a text and a number."""

    full_name: str
    age: int


def downstream(transport: Transport, url: str) -> Downstream:
    return Downstream(name="records", base_url=url, http=transport, headers={})


MISBEHAVIOUR: dict[str, tuple[Handler, type[UpstreamError]]] = {
    "silence": (be_silent, UpstreamUnavailable),
    "a trickle": (trickle, UpstreamUnavailable),
    "a closed connection": (hang_up, UpstreamUnavailable),
    "half an answer": (break_off, UpstreamUnavailable),
    "no HTTP": (talk_nonsense, UpstreamUnavailable),
    "a flood": (flood, UpstreamContract),
}


@pytest.mark.parametrize(("handler", "error"), MISBEHAVIOUR.values(), ids=MISBEHAVIOUR.keys())
async def test_a_server_that_misbehaves(
    transport: Transport, monkeypatch: pytest.MonkeyPatch, handler: Handler, error: type[UpstreamError]
) -> None:
    """It is told in time, and its connection is closed."""
    if error is UpstreamUnavailable:
        monkeypatch.setattr(clients_http, "TOTAL_TIMEOUT_SECONDS", 0.2)
    async with serving(handler) as server, asyncio.timeout(10):
        with pytest.raises(error, match=r"^records: "):
            await downstream(transport, server.url).get("/people", Person)
        await server.left.wait()
        assert server.opened == 1


async def test_nobody_there(transport: Transport) -> None:
    async with serving(hang_up) as server:
        url = server.url
    with pytest.raises(UpstreamUnavailable, match="Connect"):
        await downstream(transport, url).get("/people", Person)


async def test_one_slow_downstream_does_not_hold_up_another(
    http: httpx.AsyncClient, respx_mock: respx.MockRouter
) -> None:
    respx_mock.route(host="127.0.0.1").pass_through()
    respx_mock.get(f"{URL}/people").respond(json={"fullName": "Ana", "age": 36})
    async with serving(be_silent) as server, asyncio.timeout(5):
        slow = asyncio.create_task(downstream(OverHttpx(http), server.url).get("/people", Person))
        assert (await downstream(OverHttpx(http), URL).get("/people", Person)).age == 36
        assert not slow.done()
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
