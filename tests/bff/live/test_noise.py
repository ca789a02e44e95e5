"""Whatever a client says over a socket, the server says no 500, 1011 or 4500, logs nothing of it, and goes on."""

import asyncio
import json
import logging
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count, islice
from typing import Any, Final

import httpx
import pytest

from bff.engine.race import end
from tests.bff.live.noise import MAX_FRAME_BYTES, Talk, talks
from tests.bff.live.patient import PatientSite, serving_patients
from tests.bff.live.site import ask, becomes, hear
from tests.bff.live.wire import CLOSE, TEXT, frames_of
from tests.bff.pool import KeyEndpoint, SigningKey
from tests.bff.test_fuzz import SEED, check_logs

pytestmark = pytest.mark.anyio

FEW: Final = 600
MANY: Final = 10_000
END: Final = b"\r\n\r\n"
AT_ONCE: Final = 20
FAULTS: Final = {1011, 4500}
# So long, whoever got lost in a frame of its own hears nothing.
LOST_SECONDS: Final = 0.5


@pytest.fixture(scope="module", params=["asyncio", ("asyncio", {"use_uvloop": True})], ids=["asyncio", "uvloop"])
def anyio_backend(request: pytest.FixtureRequest) -> Any:  # noqa: ANN401  anyio's
    """Run on the loop that `python -m bff` runs on, too."""
    return request.param


@asynccontextmanager
async def serving(key: SigningKey, keys: KeyEndpoint, pem: str) -> AsyncIterator[PatientSite]:
    """Serve a patient to whom something happens all the time."""
    settings: dict[str, Any] = {
        "header_timeout_seconds": 1,
        "socket_max_frame_bytes": MAX_FRAME_BYTES,
        "socket_max_operations": 3,
        "live_heartbeat_seconds": 0.05,
        "live_connections_per_person": 2 * AT_ONCE,
        "rate_requests_per_minute": 10 * MANY,
    }
    async with serving_patients(key, keys, pem, **settings) as site:
        site.services.answers["/appointments"] = httpx.Response(503)

        async def tell() -> None:
            for number in count():
                await site.tell(number)
                await asyncio.sleep(0.01)

        telling = asyncio.create_task(tell())
        yield site
        telling.cancel()


async def outcome(site: PatientSite, talk: Talk) -> Counter[str]:
    """Say it all; return what the server said, and how it ended."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        writer.write(talk.handshake)
        status = await _status(reader)
        if status is None:
            # What is no HTTP behind a whole request ends the connection, and with it the answer that was under way.
            assert talk.handshake.find(END) + len(END) < len(talk.handshake), talk
            return Counter({"handshakes cut off": 1})
        if status != 101:
            assert 400 <= status < 500, (status, talk)
            return Counter({f"handshakes refused: {status}": 1})
        speaking = asyncio.create_task(_say(writer, talk))
        heard = await _heard(reader, talk)
        await end([speaking])
        return heard
    finally:
        writer.close()


async def _status(reader: asyncio.StreamReader) -> int | None:
    try:
        head = await asyncio.wait_for(reader.readuntil(END), 5)
    except asyncio.IncompleteReadError:
        return None
    return int(head.split()[1])


async def _say(writer: asyncio.StreamWriter, talk: Talk) -> None:
    for piece in talk.pieces:
        if not writer.transport.is_closing():
            writer.write(piece)
        # Time to answer, before what follows may end it all.
        await asyncio.sleep(0.03)
    await asyncio.sleep(LOST_SECONDS)
    if not writer.transport.is_closing():
        writer.write_eof()


async def _heard(reader: asyncio.StreamReader, talk: Talk) -> Counter[str]:
    heard = Counter({"frames": talk.frames})
    how = "left"
    async with asyncio.timeout(10):
        async for opcode, payload in frames_of(reader):
            if opcode == TEXT:
                message = json.loads(payload)
                heard[f"messages: {message['type']}"] += 1
                assert "INTERNAL" not in str(message), (message, talk)
            elif opcode == CLOSE:
                code = int.from_bytes(payload[:2], "big")
                assert code not in FAULTS, (code, talk)
                how = str(code)
    heard[f"ends: {how}"] += 1
    return heard


async def outcomes(site: PatientSite, frames: int, seed: int) -> Counter[str]:
    """Hold conversations of so many frames at least, many at the same time; nothing of them stays."""
    told: Counter[str] = Counter()
    conversations = talks(site.path, site.token(), seed)
    while told["frames"] < frames:
        for each in await asyncio.gather(*(outcome(site, talk) for talk in islice(conversations, AT_ONCE))):
            told += each
    await becomes(lambda: not site.server.server_state.connections)
    await becomes(lambda: site.places.taken == 0 and site.feed.subscribers == 0)
    async with site.ready() as client:
        await ask(client, "a", "{ __typename }")
        assert (await hear(client))["payload"] == {"data": {"__typename": "Query"}}
    return told


async def test_whatever_is_said_is_answered(
    signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "uvicorn.error")  # as `python -m bff` has it: below, it writes URLs
    async with serving(signing_key, endpoint, bff_key[0]) as site:
        tasks = len(asyncio.all_tasks())
        told = await outcomes(site, FEW, SEED)
        await becomes(lambda: len(asyncio.all_tasks()) == tasks)
    assert {each.partition(": ")[2] for each in told} >= {
        *("next", "error", "complete", "pong", "ping", "connection_ack"),
        *("400", "403", "1000", "1002", "1007", "1009", "4400", "4409", "4429"),
    }
    check_logs(caplog)


@pytest.mark.soak
@pytest.mark.timeout(600)
async def test_ten_thousand_frames_are_answered_by_one_server(
    signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING, "uvicorn.error")
    async with serving(signing_key, endpoint, bff_key[0]) as site:
        told = await outcomes(site, MANY, SEED + 1)
    sys.stdout.write(f"{dict(sorted(told.items()))}\n")
    assert told["frames"] >= MANY
    check_logs(caplog)
