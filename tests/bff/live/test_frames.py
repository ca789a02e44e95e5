"""What is no WebSocket frame closes with WebSocket's own code, quietly."""

import asyncio
import random
import struct
from collections.abc import Sequence

import pytest

from tests.bff.live.site import MAX_SERVER_FRAME_BYTES, Site, becomes
from tests.bff.live.wire import BINARY, CLOSE, PING, TEXT, frame, frames_of, handshake

pytestmark = pytest.mark.anyio

HANDSHAKE = handshake("/graphql")


async def close_code(site: Site, *frames: bytes) -> int | None:
    """Send frames behind a handshake; return the code of the close frame, None where the server closed without one."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        writer.write(HANDSHAKE)
        await reader.readuntil(b"\r\n\r\n")
        writer.writelines(frames)
        return await asyncio.wait_for(_code(reader), 5)
    finally:
        writer.close()


async def _code(reader: asyncio.StreamReader) -> int | None:
    async for opcode, payload in frames_of(reader):
        if opcode == CLOSE:
            return int.from_bytes(payload[:2], "big")
    return None


@pytest.mark.parametrize(
    ("frames", "code"),
    [
        ([frame(TEXT, b"\xff\xfe")], 1007),
        ([frame(TEXT, b"a", final=False), frame(0, b"\xff")], 1007),
        ([frame(TEXT, b"{}", masked=False)], 1002),
        ([frame(TEXT, b"{}", reserved=4)], 1002),
        ([frame(5, b"{}")], 1002),
        ([frame(0, b"{}")], 1002),
        ([frame(TEXT, b"{", final=False), frame(TEXT, b"}")], 1002),
        ([frame(PING, b"a" * 200)], 1002),
        ([frame(PING, b"a", final=False)], 1002),
        ([frame(CLOSE, b"a")], 1002),
        ([frame(CLOSE, struct.pack("!H", 999))], 1002),
        ([frame(TEXT, b"a" * (MAX_SERVER_FRAME_BYTES + 1))], 1009),
        ([frame(TEXT, b"a" * MAX_SERVER_FRAME_BYTES, final=False), frame(0, b"a")], 1009),
        ([frame(TEXT, b"a" * MAX_SERVER_FRAME_BYTES)], 4400),
        ([frame(BINARY, b"{}")], 4400),
        ([frame(CLOSE, struct.pack("!H", 1000))], 1000),
    ],
)
async def test_each_fault_has_its_code(
    site: Site, frames: Sequence[bytes], code: int, caplog: pytest.LogCaptureFixture
) -> None:
    assert await close_code(site, *frames) == code
    await becomes(lambda: site.places.taken == 0)
    assert not caplog.records


async def test_a_message_may_come_in_parts(site: Site) -> None:
    parts = [frame(TEXT, b'{"type":', final=False), frame(0, b"", final=False), frame(PING), frame(0, b'"pong"}')]
    assert await close_code(site, *parts, frame(TEXT, b"[]")) == 4400


async def test_what_is_sent_to_a_connection_that_failed_meanwhile_is_no_fault(
    site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    flood = b'{"type": "subscribe", "id": "a", "payload": {"query": "subscription { flood }"}}'
    frames = [frame(TEXT, b'{"type": "connection_init"}'), frame(TEXT, flood)]
    assert await close_code(site, *frames, frame(TEXT, b"a" * (MAX_SERVER_FRAME_BYTES + 1))) == 1009
    await becomes(lambda: site.places.taken == 0)
    assert not caplog.records


@pytest.mark.parametrize(
    "handshake",
    [
        HANDSHAKE.replace(b"Version: 13", b"Version: 12"),
        HANDSHAKE.replace(b"Sec-WebSocket-Key", b"X"),
        HANDSHAKE.replace(b"GET", b"POST"),
        HANDSHAKE.replace(b"-ws", b"-\xff"),
        HANDSHAKE.replace(b"Host: x", b"Host: \xff.example"),
        HANDSHAKE.replace(b"Host: x", b"Sec-WebSocket-Extensions: \xff\r\nHost: x"),
        HANDSHAKE.replace(b"Host: x\r\n", b""),
        HANDSHAKE.replace(b"graphql-transport-ws", b",,;="),
        HANDSHAKE.replace(b"Host: x\r\n", b"Host: x\r\nOrigin: https://a\r\nOrigin: https://b\r\n"),
        HANDSHAKE.replace(b"/graphql", b"/elsewhere"),
    ],
)
async def test_a_handshake_that_is_none_is_refused(
    site: Site, handshake: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(handshake)
    status = int((await asyncio.wait_for(reader.readline(), 5)).split()[1])
    writer.close()
    assert 400 <= status < 500
    assert not caplog.records


async def test_random_frames_never_fault(site: Site, caplog: pytest.LogCaptureFixture) -> None:
    """2,000 frames, well formed or not, and the server still answers."""
    chance = random.Random(20261124)  # noqa: S311  a test wants the same ones each time
    for _ in range(200):
        await close_code(site, *(_random_frame(chance) for _ in range(10)), frame(CLOSE, struct.pack("!H", 1000)))
    await becomes(lambda: site.places.taken == 0)
    assert not caplog.records
    assert await close_code(site, frame(TEXT, b"[]")) == 4400


def _random_frame(chance: random.Random) -> bytes:
    messages = (
        b'{"type":"connection_init"}',
        b'{"type":"ping","payload":{"a":[1,2]}}',
        b'{"type":"subscribe","id":"a","payload":{"query":"{ hello }"}}',
        b'{"type":"subscribe","id":"b","payload":{"query":"subscription { endless }"}}',
        b'{"type":"complete","id":"b"}',
    )
    payload = bytearray(chance.choice(messages))
    if chance.random() < 0.3:
        payload[chance.randrange(len(payload))] = chance.randrange(256)
    if chance.random() < 0.7:
        return frame(TEXT, bytes(payload))
    return frame(
        chance.randrange(16),
        bytes(payload),
        final=chance.random() < 0.8,
        masked=chance.random() < 0.9,
        reserved=chance.choice((0, 0, 0, 1)),
    )
