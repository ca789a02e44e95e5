"""A client's view of event streams."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from tests.bff.live.site import Bounds, Site, becomes, stream
from tests.bff.live.toy import RUNNING

pytestmark = pytest.mark.anyio

COMPLETE = ("complete", None)


async def events(response: httpx.Response) -> AsyncIterator[tuple[str, Any]]:
    """Read events as the specification says."""
    name = data = ""
    async for line in lines(response):
        if line.startswith("event:"):
            name = line.removeprefix("event:").strip()
        elif line.startswith("data:"):
            data = line.removeprefix("data:").strip()
        elif not line and name:
            yield name, json.loads(data) if data else None
            name = data = ""


async def lines(response: httpx.Response) -> AsyncIterator[str]:
    """Split at line feeds alone: httpx would also split at other ends of lines, which JSON may hold."""
    rest = b""
    async for chunk in response.aiter_raw():
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            yield line.decode()


async def all_events(site: Site, query: str, token: str | None = None, **body: object) -> list[tuple[str, Any]]:
    """Ask, and read until the stream ends."""
    async with stream(site, query, token, **body) as response:
        assert response.status_code == 200
        return [each async for each in events(response)]


def codes(event: tuple[str, Any]) -> list[str]:
    """Return the codes of a `next` event's errors."""
    name, answer = event
    assert name == "next"
    return [error["extensions"]["code"] for error in answer["errors"]]


async def test_a_subscription_gives_each_event_then_completes(site: Site) -> None:
    heard = await all_events(site, "subscription ($n: Int!) { count(to: $n) }", variables={"n": 3})
    assert heard == [*(("next", {"data": {"count": number}}) for number in (1, 2, 3)), COMPLETE]


@pytest.mark.parametrize("query", ["{ hello }", 'mutation { hello: shout(text: "hello") }'])
async def test_other_operations_give_one_answer(site: Site, query: str) -> None:
    (name, answer), last = await all_events(site, query)
    assert name == "next"
    assert answer["data"]["hello"].lower() == "hello"
    assert last == COMPLETE


async def test_an_answer_spans_one_line_whatever_it_holds(site: Site) -> None:
    text = "a\nb\r\n\ndata: c\u2028"
    heard = await all_events(site, "mutation ($t: String!) { shout(text: $t) }", variables={"t": text})
    assert heard == [("next", {"data": {"shout": text.upper()}}), COMPLETE]


async def test_the_headers_keep_a_stream_out_of_caches_and_buffers(site: Site) -> None:
    async with stream(site, "{ hello }") as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "private, no-store"
        assert response.headers["x-accel-buffering"] == "no"
        assert response.headers["x-request-id"] == "r" * 8
        assert "content-length" not in response.headers


@pytest.mark.parametrize("query", ["{", "{ nothing }", "{ tooDear: hello }"])
async def test_what_graphql_refuses_comes_in_the_stream(site: Site, query: str) -> None:
    refusal, last = await all_events(site, query)
    assert codes(refusal)[0] in {"BAD_USER_INPUT", "LIMIT_EXCEEDED"}
    assert last == COMPLETE


@pytest.mark.parametrize(("query", "status"), [("{ mine }", 401), ("{ tooOften: hello }", 429)])
async def test_what_http_refuses_is_json(site: Site, query: str, status: int) -> None:
    async with stream(site, query) as response:
        assert response.status_code == status
        assert response.headers["content-type"] == "application/json"
    assert site.places.taken == 0


async def test_a_fault_while_it_streams_shows_no_internals(site: Site) -> None:
    heard = await all_events(site, "subscription { failing }")
    assert heard[0] == ("next", {"data": {"failing": 1}})
    assert codes(heard[1]) == ["INTERNAL"]
    assert "Maria" not in str(heard)
    assert heard[-1] == COMPLETE


async def test_a_client_that_leaves_ends_its_operation(site: Site) -> None:
    async with stream(site, "subscription { endless }") as response:
        assert await anext(events(response)) == ("next", {"data": {"endless": 1}})
        assert RUNNING["endless"] == 1
        assert site.places.taken == 1
    await becomes(lambda: RUNNING["endless"] == 0)
    await becomes(lambda: site.places.taken == 0)


@pytest.mark.parametrize("bounds", [Bounds(heartbeat_seconds=0.05)])
async def test_comments_keep_a_silent_stream_open(site: Site) -> None:
    async with stream(site, "subscription { endless }") as response:
        heard_lines = lines(response)
        heard = [await anext(heard_lines) for _ in range(7)]
    assert heard[3:] == [":", "", ":", ""]


async def test_a_token_that_expires_ends_the_stream(site: Site) -> None:
    async with stream(site, "subscription { endless }", site.token()) as response:
        stream_of = events(response)
        await anext(stream_of)
        site.clock.advance(3600)
        rest = [each async for each in stream_of]
    assert codes(rest[0]) == ["UNAUTHENTICATED"]
    assert rest[1:] == [COMPLETE]
    await becomes(lambda: RUNNING["endless"] == 0)


async def test_a_token_that_is_revoked_ends_the_stream(site: Site) -> None:
    token = site.token()
    async with stream(site, "subscription { endless }", token) as response:
        site.revoked.add(token)
        heard = [each async for each in events(response)]
    assert codes(heard[-2]) == ["UNAUTHENTICATED"]


@pytest.mark.parametrize(("bounds", "status"), [(Bounds(in_all=1), 503), (Bounds(per_person=1), 429)])
async def test_more_streams_than_allowed_are_refused(site: Site, status: int) -> None:
    async with stream(site, "subscription { endless }", site.token()) as first:
        await anext(events(first))
        async with stream(site, "{ hello }", site.token()) as second:
            assert second.status_code == status
            assert "LIMIT_EXCEEDED" in (await second.aread()).decode()
    await becomes(lambda: site.places.taken == 0)
    assert (await all_events(site, "{ hello }", site.token()))[-1] == COMPLETE


async def test_a_server_that_stops_ends_streams_without_completing_them(site: Site) -> None:
    """So the client comes back, to the next process."""
    async with stream(site, "subscription { endless }") as response:
        stream_of = events(response)
        await anext(stream_of)
        site.stays.stop()
        site.server.should_exit = True
        began = asyncio.get_running_loop().time()
        assert [each async for each in stream_of] == []
        assert asyncio.get_running_loop().time() - began < 2
