"""A connection that asks too much of the server's memory or patience is answered, and closed."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from tests.bff.serving import BOUNDS, connected, served
from tests.bff.world import World

pytestmark = pytest.mark.anyio

HEAD = b"POST / HTTP/1.1\r\nHost: bff.test\r\n"
GET = b"GET / HTTP/1.1\r\nHost: bff.test\r\n"
PATIENCE = 0.3
DEADLINE_SECONDS = 5


async def echo(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the body; at /early, with nothing and before the body has come."""
    request = Request(scope, receive)
    body = b"" if request.url.path == "/early" else await request.body()
    await PlainTextResponse(body)(scope, receive, send)


@pytest.fixture
async def address() -> AsyncIterator[str]:
    async with served(echo) as address:
        yield address


async def all_of(reader: asyncio.StreamReader) -> bytes:
    """Return what comes until the server closes."""
    async with asyncio.timeout(DEADLINE_SECONDS):
        return await reader.read()


def error_of(answer: bytes) -> tuple[int, str]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"content-type: application/json; charset=utf-8" in head
    assert b"connection: close" in head
    (error,) = json.loads(body)["errors"]
    assert error["message"]
    assert len(error["extensions"]["requestId"]) == 32
    return int(head.split()[1]), str(error["extensions"]["code"])


async def ask(address: str, *parts: bytes, pause_seconds: float = 0.0) -> bytes:
    """Send the parts one after the other, and return all that comes back."""
    async with connected(address) as (reader, writer):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(pause_seconds)
        return await all_of(reader)


async def test_requests_within_bounds_pass_on_one_connection(address: str) -> None:
    async with connected(address) as (reader, writer):
        for number in (b"1", b"2", b"3"):
            writer.write(HEAD + b"Content-Length: 1\r\n\r\n" + number)
            assert (await reader.readuntil(b"\r\n\r\n" + number)).startswith(b"HTTP/1.1 200 ")


async def test_requests_may_come_before_the_answers(address: str) -> None:
    one = HEAD + b"Content-Length: 1\r\n\r\n1"
    answer = await ask(address, one + one + one.replace(b"Host", b"Connection: close\r\nHost"))
    assert answer.count(b"HTTP/1.1 200 ") == 3


@pytest.mark.parametrize("parts", [1, 7, 1000])
@pytest.mark.parametrize("head", [HEAD, GET])
async def test_headers_that_are_too_large_are_refused(address: str, parts: int, head: bytes) -> None:
    content = head + b"X-Large: " + b"x" * BOUNDS.max_header_bytes + b"\r\n\r\n"
    size = len(content) // parts + 1
    answer = await ask(address, *(content[at : at + size] for at in range(0, len(content), size)))
    assert error_of(answer) == (431, "LIMIT_EXCEEDED")


async def test_headers_without_end_are_refused(address: str) -> None:
    """The answer arrives although the client still sends."""
    answer = await ask(address, HEAD + b"X-Large: ", *[b"x" * 100_000] * 50)
    assert error_of(answer) == (431, "LIMIT_EXCEEDED")


async def test_many_small_headers_are_refused(address: str) -> None:
    answer = await ask(address, GET + b"a: b\r\n" * BOUNDS.max_header_bytes + b"\r\n")
    assert error_of(answer) == (431, "LIMIT_EXCEEDED")


async def test_a_url_that_is_too_long_is_refused(address: str) -> None:
    url = b"/?query=" + b"x" * BOUNDS.max_header_bytes
    assert error_of(await ask(address, b"GET " + url + b" HTTP/1.1\r\n\r\n")) == (431, "LIMIT_EXCEEDED")


async def test_the_largest_headers_pass(address: str) -> None:
    room = BOUNDS.max_header_bytes - len(b"/Host: bff.test\r\nConnection: close\r\nX: \r\n")
    answer = await ask(address, GET + b"Connection: close\r\nX: " + b"x" * room + b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 ")
    answer = await ask(address, GET + b"Connection: close\r\nX: " + b"x" * (room + 1) + b"\r\n\r\n")
    assert error_of(answer) == (431, "LIMIT_EXCEEDED")


@pytest.mark.parametrize("beginning", [b"G", HEAD, HEAD + b"X-Slow: "])
async def test_headers_that_stop_are_refused(address: str, beginning: bytes) -> None:
    assert error_of(await ask(address, beginning)) == (408, "LIMIT_EXCEEDED")


async def test_headers_that_trickle_are_refused(address: str) -> None:
    """Each byte comes in time, and all of them do not."""
    async with connected(address) as (reader, writer):
        writer.write(HEAD)
        answering = asyncio.create_task(all_of(reader))
        while not answering.done():
            writer.write(b"x")
            await asyncio.sleep(0.02)
        assert error_of(await answering) == (408, "LIMIT_EXCEEDED")


@pytest.mark.parametrize("before", [b"", b"\r\n"])
async def test_a_connection_that_says_nothing_is_closed(address: str, before: bytes) -> None:
    assert await ask(address, before) == b""


async def test_after_an_answer_nothing_trickles_either(address: str) -> None:
    """Empty lines before a request are allowed, and would put off the end of an idle connection for ever."""
    async with connected(address) as (reader, writer):
        writer.write(GET + b"\r\n")
        await reader.readuntil(b"\r\n\r\n")
        closing = asyncio.create_task(all_of(reader))
        while not closing.done():
            writer.write(b"\r\n")
            await asyncio.sleep(0.02)
        assert await closing == b""


async def test_a_body_that_nobody_reads_is_not_waited_for(address: str) -> None:
    early = HEAD.replace(b" / ", b" /early ") + b"Content-Length: 1000000\r\n\r\n"
    async with connected(address) as (reader, writer):
        writer.write(early)
        assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 200 ")
        closing = asyncio.create_task(all_of(reader))
        while not closing.done():
            writer.write(b"x")
            await asyncio.sleep(0.02)
        assert await closing == b""


async def test_a_body_of_20_megabytes_is_refused_while_it_still_comes(world: World) -> None:
    """The client that sends all of it gets to read why it was in vain."""
    bounds = replace(BOUNDS, body_timeout_seconds=DEADLINE_SECONDS)
    headers = {"Content-Type": "application/json"}
    async with served(world.app, bounds) as address, httpx.AsyncClient() as http:
        answer = await http.post(f"http://{address}/", content=b" " * 20_000_000, headers=headers)
    assert answer.status_code == 413
    assert answer.json()["errors"][0]["extensions"]["code"] == "LIMIT_EXCEEDED"


GARBAGE = {
    "no HTTP": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "no such version": b"GET / HTTP/7.3\r\n\r\n",
    "a header without a name": GET + b": x\r\n\r\n",
    "a length that is none": HEAD + b"Content-Length: many\r\n\r\n",
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n",
    "a length and chunks": HEAD + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
    "a NUL": GET + b"X: a\0b\r\n\r\n",
    "a tunnel": b"CONNECT example.com:443 HTTP/1.1\r\n\r\n",
    "a URL that is none": b"GET http://[::1 HTTP/1.1\r\n\r\n",
}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE.keys())
async def test_what_is_not_http_is_refused(address: str, caplog: pytest.LogCaptureFixture, content: bytes) -> None:
    """The log has one line without an excerpt."""
    assert error_of(await ask(address, content)) == (400, "BAD_USER_INPUT")
    assert [record.getMessage() for record in caplog.records] == ["Invalid HTTP request received."]


async def test_garbage_behind_a_request_that_still_runs_closes_the_connection() -> None:
    started, may_end = asyncio.Event(), asyncio.Event()

    async def waiting(scope: Scope, receive: Receive, send: Send) -> None:
        started.set()
        await may_end.wait()
        await PlainTextResponse("late")(scope, receive, send)

    async with served(waiting) as address, connected(address) as (reader, writer):
        writer.write(GET + b"\r\n")
        await started.wait()
        writer.write(b"\x16\x03\x01 garbage\r\n\r\n")
        assert await all_of(reader) == b""
        may_end.set()


class Upgraded(asyncio.Protocol):
    """In a WebSocket's place: it sends back what comes."""

    def __init__(self, **_of_uvicorn: object) -> None:
        self.transport: Any = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer."""
        self.transport.write(data)


UPGRADE = GET + b"Connection: Upgrade\r\nUpgrade: websocket\r\n"


async def test_a_websocket_may_be_silent_for_longer_than_a_request() -> None:
    async with served(echo, ws=Upgraded) as address, connected(address) as (reader, writer):
        writer.write(UPGRADE + b"\r\n")
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(3 * PATIENCE)
        writer.write(b"still here")
        assert await reader.readexactly(10) == b"still here"


async def test_a_websockets_headers_have_their_bound_too() -> None:
    async with served(echo, ws=Upgraded) as address:
        answer = await ask(address, UPGRADE + b"X: " + b"x" * BOUNDS.max_header_bytes + b"\r\n\r\n")
        assert error_of(answer) == (431, "LIMIT_EXCEEDED")
