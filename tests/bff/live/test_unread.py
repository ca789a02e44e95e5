"""Readers that take nothing are dropped: their operations end, and the system lets go of their connections."""

import asyncio
import sys
from pathlib import Path

import pytest

from tests.bff.live.site import SLOW_SECONDS, Site, becomes
from tests.bff.live.toy import RUNNING
from tests.bff.live.wire import TEXT, frame, handshake, reading_nothing

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux drops what nobody reads"),
]

QUERY = b'{"query": "subscription { flood }"}'
SUBSCRIBE = frame(TEXT, b'{"type": "subscribe", "id": "a", "payload": ' + QUERY + b"}")
SOCKET = (handshake("/graphql"), frame(TEXT, b'{"type": "connection_init"}') + SUBSCRIBE)
STREAM = (
    b"",
    b"POST /graphql HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%b" % (len(QUERY), QUERY),
)


def open_files() -> int:
    """Count this process's, which is the server's too."""
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.mark.parametrize("asking", [SOCKET, STREAM], ids=["socket", "stream"])
async def test_a_reader_that_takes_nothing_is_dropped(
    site: Site, asking: tuple[bytes, bytes], caplog: pytest.LogCaptureFixture
) -> None:
    files = open_files()
    async with reading_nothing(site.port, *asking):
        await becomes(lambda: RUNNING["flood"] == 1)
        assert open_files() == files + 2, "the client's end and the server's"
        await becomes(lambda: RUNNING["flood"] == 0, seconds=5 * SLOW_SECONDS)
        await becomes(lambda: site.places.taken == 0)
        await becomes(lambda: open_files() == files + 1, seconds=10 * SLOW_SECONDS)
    assert not [record for record in caplog.records if record.exc_info]


async def test_a_reader_that_reads_is_not(site: Site) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    writer.write(STREAM[1])
    loop = asyncio.get_running_loop()
    until = loop.time() + 3 * SLOW_SECONDS
    while loop.time() < until:
        assert await reader.read(65_536)
    assert RUNNING["flood"] == 1
    writer.close()
    await becomes(lambda: RUNNING["flood"] == 0)
