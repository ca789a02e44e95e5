"""What both transports promise, against real servers on this machine."""

import asyncio
import gzip
from collections.abc import Mapping

import pytest

from clients.transports.transport import BodyTooLarge, Call, NoAnswer, Transport, Unsendable
from tests.clients.servers import be_silent, serving
from tests.clients.transports.keeping import KeepingServer, keeping, ok

pytestmark = pytest.mark.anyio

CAP = 1_000


async def call(  # noqa: PLR0913  what a call is made of
    transport: Transport,
    url: str,
    method: str = "GET",
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    timeout_seconds: float = 5,
) -> tuple[int, bytes]:
    status, received, _ = await transport.exchange(
        Call(
            method=method,
            url=url,
            headers=headers or {},
            body=body,
            max_body_bytes=CAP,
            timeout_seconds=timeout_seconds,
        )
    )
    return status, received


def head_of(server: KeepingServer) -> tuple[bytes, dict[bytes, bytes]]:
    """Return the last request's line and headers, whose names are in lower case."""
    line, *lines = server.requests[-1].partition(b"\r\n\r\n")[0].split(b"\r\n")
    return line, {name.lower(): value for name, _, value in (each.partition(b": ") for each in lines)}


async def test_what_is_sent(transport: Transport) -> None:
    async with keeping(lambda _: (ok(), False)) as server:
        await call(transport, f"{server.url}/a/b?ids=x,y&name=%C3%A9", headers={"X-Request-Id": "7"})
        line, headers = head_of(server)
        assert line == b"GET /a/b?ids=x,y&name=%C3%A9 HTTP/1.1"
        assert headers[b"host"] == server.url.removeprefix("http://").encode()
        assert headers[b"x-request-id"] == b"7"
        assert b"content-length" not in headers
        assert b"transfer-encoding" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT"])
async def test_a_body_is_sent_whole(transport: Transport, method: str) -> None:
    body = b'{"x": "' + b"y" * 300_000 + b'"}'
    async with keeping(lambda _: (ok(b"done"), False)) as server:
        answer = await call(transport, f"{server.url}/a", method, body=body)
        assert answer == (200, b"done")
        assert server.requests[-1].endswith(b"\r\n\r\n" + body)
        assert head_of(server)[1][b"content-length"] == str(len(body)).encode()


ANSWERS: dict[str, tuple[bytes, tuple[int, bytes]]] = {
    "a stated length": (ok(b"abc"), (200, b"abc")),
    "nothing": (ok(b""), (200, b"")),
    "no content": (b"HTTP/1.1 204 No Content\r\n\r\n", (204, b"")),
    "chunks": (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\nX-Trailer: 1\r\n\r\n",
        (200, b"abc"),
    ),
    "an early hint": (b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ok(b"abc"), (200, b"abc")),
    "continue": (b"HTTP/1.1 100 Continue\r\n\r\n" + ok(b"abc"), (200, b"abc")),
    "a failure": (b"HTTP/1.1 503 Gone Fishing\r\nContent-Length: 1\r\n\r\nx", (503, b"x")),
    "a redirect": (
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n",
        (302, b""),
    ),
    "names in any case": (b"HTTP/1.1 200 OK\r\nCONTENT-length: 3\r\n\r\nabc", (200, b"abc")),
}


@pytest.mark.parametrize(("sent", "answer"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_an_answer_and_the_next_on_its_connection(
    transport: Transport, sent: bytes, answer: tuple[int, bytes]
) -> None:
    """An answer that says where it ends leaves its connection open, in one piece or byte by byte."""
    async with keeping(lambda _: (sent, False)) as server, asyncio.timeout(5):
        for _ in range(3):
            assert await call(transport, f"{server.url}/") == answer
        assert (len(server.requests), server.opened) == (3, 1)


@pytest.mark.parametrize(("sent", "answer"), ANSWERS.values(), ids=ANSWERS.keys())
async def test_an_answer_byte_by_byte(transport: Transport, sent: bytes, answer: tuple[int, bytes]) -> None:
    async def drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in sent:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0)

    async with serving(drip) as server, asyncio.timeout(5):
        assert await call(transport, f"{server.url}/") == answer


ENDING: dict[str, bytes] = {
    "no length": b"HTTP/1.1 200 OK\r\n\r\nabc",
    "an old server": b"HTTP/1.0 200 OK\r\n\r\nabc",
    "close, with a length": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc",
}


@pytest.mark.parametrize("sent", ENDING.values(), ids=ENDING.keys())
async def test_an_answer_that_ends_its_connection(transport: Transport, sent: bytes) -> None:
    async with keeping(lambda _: (sent, True)) as server, asyncio.timeout(5):
        for _ in range(2):
            assert await call(transport, f"{server.url}/") == (200, b"abc")
        assert server.opened == 2


BROKEN: dict[str, bytes] = {
    "less than promised": b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc",
    "less, and closing": b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 9\r\n\r\nabc",
    "no last chunk": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
    "a chunk of no size": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "half a head": b"HTTP/1.1 200 OK\r\nContent-",
    "no header": b"HTTP/1.1 200 OK\r\nnothing\r\n\r\n",
    "an endless head": b"HTTP/1.1 200 OK\r\n" + b"X: " + b"y" * 1_000_000,
    "only hints": b"HTTP/1.1 103 Early Hints\r\n\r\n",
    "another protocol": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
}


@pytest.mark.parametrize("sent", BROKEN.values(), ids=BROKEN.keys())
async def test_a_broken_answer_is_no_answer(transport: Transport, sent: bytes) -> None:
    async with keeping(lambda _: (sent, True)) as server, asyncio.timeout(5):
        with pytest.raises(NoAnswer):
            await call(transport, f"{server.url}/")


@pytest.mark.parametrize("length", [CAP, CAP + 1])
@pytest.mark.parametrize("framing", ["length", "chunked", "close"])
async def test_the_cap(transport: Transport, framing: str, length: int) -> None:
    body = b"x" * length
    sent = {
        "length": ok(body),
        "chunked": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%b\r\n0\r\n\r\n" % (length, body),
        "close": b"HTTP/1.1 200 OK\r\n\r\n" + body,
    }[framing]
    async with keeping(lambda _: (sent, framing == "close")) as server, asyncio.timeout(5):
        if length > CAP:
            with pytest.raises(BodyTooLarge):
                await call(transport, f"{server.url}/")
        else:
            assert (await call(transport, f"{server.url}/"))[1] == body


async def test_an_endless_body_is_cut(transport: Transport) -> None:
    async def flood(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"x" * 65_536)
            await writer.drain()

    async with serving(flood) as server, asyncio.timeout(5):
        with pytest.raises(BodyTooLarge):
            await call(transport, f"{server.url}/")
        await server.left.wait()


@pytest.mark.parametrize(
    "headers",
    [{"X": "a\r\nY: b"}, {"X": "a\nb"}, {"X": "a\x00"}, {"X": "é"}, {"X\r\nY": "a"}, {"": "a"}, {"X ": "a"}],
    ids=repr,
)
async def test_a_header_that_begins_another_line_is_refused(transport: Transport, headers: dict[str, str]) -> None:
    async with keeping(lambda _: (ok(), False)) as server:
        with pytest.raises(Unsendable):
            await call(transport, f"{server.url}/", headers=headers)
        assert server.requests == []


@pytest.mark.parametrize("target", ["/ HTTP/1.1\r\nX: y", "/a b", "/é", "/\x00", "", "/a#b", "?x=/"], ids=repr)
async def test_a_target_that_is_no_target_is_refused(transport: Transport, target: str) -> None:
    async with keeping(lambda _: (ok(), False)) as server:
        with pytest.raises(Unsendable):
            await call(transport, f"{server.url}{target}")
        assert server.requests == []


async def test_a_total_timeout(transport: Transport) -> None:
    async with serving(be_silent) as server, asyncio.timeout(5):
        with pytest.raises(NoAnswer, match="TimeoutError"):
            await call(transport, f"{server.url}/", timeout_seconds=0.05)
        await server.left.wait()


async def test_cancelling_closes_the_connection(transport: Transport) -> None:
    async with serving(be_silent) as server, asyncio.timeout(5):
        running = asyncio.create_task(call(transport, f"{server.url}/"))
        await server.asked.wait()
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        await server.left.wait()


async def test_a_connection_that_the_server_closed_is_not_asked_again(transport: Transport) -> None:
    """It said that it would keep it, and closed all the same."""
    async with keeping(lambda _: (ok(b"abc"), True)) as server, asyncio.timeout(5):
        for _ in range(3):
            assert await call(transport, f"{server.url}/") == (200, b"abc")
            await asyncio.sleep(0.02)
        assert server.opened == 3


async def test_what_comes_after_an_answer_is_not_the_next_ones(services: Transport) -> None:
    """Two answers to one request: the second would be taken for another person's, as it is over httpx."""
    async with keeping(lambda _: (ok(b"mine") + ok(b"not yours"), False)) as server, asyncio.timeout(5):
        for _ in range(3):
            assert await call(services, f"{server.url}/") == (200, b"mine")
        assert server.opened == 3


async def test_many_at_once_get_their_own(transport: Transport) -> None:
    def echo(request: bytes) -> tuple[bytes, bool]:
        return ok(request.split(b" ")[1]), False

    async with keeping(echo, delay_seconds=0.01) as server, asyncio.timeout(10):
        answers = await asyncio.gather(*(call(transport, f"{server.url}/{n}") for n in range(100)))
        assert [body for _, body in answers] == [f"/{n}".encode() for n in range(100)]
        assert server.opened <= 100


async def test_nothing_asks_for_compression(services: Transport) -> None:
    """A compressed body would be a way around the cap; between neighbours it only costs."""
    async with keeping(lambda _: (ok(gzip.compress(b"{}")), False)) as server:
        await call(services, f"{server.url}/")
        assert b"accept-encoding" not in head_of(server)[1]


async def test_headers_are_found_in_any_case(transport: Transport) -> None:
    async with keeping(lambda _: (ok(b"{}", b"X-ACCESS: denied"), False)) as server:
        asked = Call(method="GET", url=f"{server.url}/", headers={}, max_body_bytes=CAP, timeout_seconds=5)
        answer = await transport.exchange(asked)
        assert answer.headers["x-access"] == "denied"
        assert "x-other" not in answer.headers
