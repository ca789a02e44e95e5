"""Calls to real servers on this machine that misbehave: each comes to its end in time, and closes what it opened."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
import respx

from clients import http as clients_http
from clients.errors import UpstreamContract, UpstreamError, UpstreamUnavailable
from clients.http import Downstream, http_client
from clients.wire import Wire
from tests.clients.servers import Handler, be_silent, break_off, flood, hang_up, serving, talk_nonsense, trickle

pytestmark = pytest.mark.anyio

URL = "http://records.test"


class Person(Wire, frozen=True):
    """A model, of a text and a number."""

    full_name: str
    age: int


@pytest.fixture(scope="module")
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as http:
        yield http


def downstream(http: httpx.AsyncClient, url: str) -> Downstream:
    return Downstream(name="records", base_url=url, http=http, headers={})


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
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, handler: Handler, error: type[UpstreamError]
) -> None:
    """It is told in time, and its connection is closed."""
    if error is UpstreamUnavailable:
        monkeypatch.setattr(clients_http, "TOTAL_TIMEOUT_SECONDS", 0.2)
    async with serving(handler) as server, asyncio.timeout(10):
        with pytest.raises(error, match=r"^records: "):
            await downstream(http, server.url).get("/people", Person)
        await server.left.wait()
        assert server.opened == 1


async def test_nobody_there(http: httpx.AsyncClient) -> None:
    async with serving(hang_up) as server:
        url = server.url
    with pytest.raises(UpstreamUnavailable, match="ConnectError"):
        await downstream(http, url).get("/people", Person)


async def test_a_call_that_is_cancelled_leaves(http: httpx.AsyncClient) -> None:
    async with serving(be_silent) as server, asyncio.timeout(5):
        call = asyncio.create_task(downstream(http, server.url).get("/people", Person))
        await server.asked.wait()
        call.cancel()
        with pytest.raises(asyncio.CancelledError):
            await call
        await server.left.wait()


async def test_one_slow_downstream_does_not_hold_up_another(
    http: httpx.AsyncClient, respx_mock: respx.MockRouter
) -> None:
    respx_mock.route(host="127.0.0.1").pass_through()
    respx_mock.get(f"{URL}/people").respond(json={"fullName": "Ana", "age": 36})
    async with serving(be_silent) as server, asyncio.timeout(5):
        slow = asyncio.create_task(downstream(http, server.url).get("/people", Person))
        assert (await downstream(http, URL).get("/people", Person)).age == 36
        assert not slow.done()
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
