"""WebSocket's own pings and pongs: what a client that does not play along gets."""

import asyncio
from typing import cast

import pytest
from wsproto.events import Ping

from bff.live.frames import FrameProtocol
from tests.bff.live.patient import serving_patients
from tests.bff.live.site import Site, becomes
from tests.bff.live.wire import PING, PONG, frame, frames_of, handshake, reading_nothing
from tests.bff.pool import KeyEndpoint, SigningKey

pytestmark = pytest.mark.anyio

MANY = 5_000
TAKEN_BYTES = 200_000


def connection(site: Site) -> FrameProtocol:
    """Return the server's end of the only connection."""
    (only,) = site.server.server_state.connections
    return cast("FrameProtocol", only)


async def test_pongs_do_not_pile_up_for_who_reads_none(site: Site) -> None:
    """Of the pings of the meantime, the last one is answered."""
    loop = asyncio.get_running_loop()
    pings = frame(PING, b"a" * 125) * (MANY - 1) + frame(PING, b"last")
    async with reading_nothing(site.port, handshake("/graphql"), b"") as client:
        await asyncio.wait_for(loop.sock_sendall(client, pings), 20)
        await becomes(lambda: connection(site)._unanswered == Ping(b"last"))
        assert 0 < connection(site).transport.get_write_buffer_size() < TAKEN_BYTES
        reader, writer = await asyncio.open_connection(sock=client.dup())
        answers = frames_of(reader)
        async with asyncio.timeout(20):
            pongs = [await anext(answers)]
            while pongs[-1] != (PONG, b"last"):
                pongs.append(await anext(answers))
        writer.close()
    assert len(pongs) < MANY
    await becomes(lambda: site.places.taken == 0)


async def test_who_answers_no_ping_is_cut_off(
    signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str]
) -> None:
    """Without a close frame: its code would tell a computer that wakes up to stay away."""
    pinging = {"ws_ping_interval": 0.1, "ws_ping_timeout": 0.1}
    async with serving_patients(signing_key, endpoint, bff_key[0], server=pinging) as site:
        reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
        writer.write(handshake(site.path))
        await reader.readuntil(b"\r\n\r\n")
        async with asyncio.timeout(5):
            assert [opcode async for opcode, _ in frames_of(reader)] == [PING]
        writer.close()
        await becomes(lambda: site.places.taken == 0)
