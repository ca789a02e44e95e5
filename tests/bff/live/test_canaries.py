"""Whatever a client writes, over a socket or for a stream, and whatever the services make of it: no log says it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest

from bff.live.sse import EVENTS
from tests.bff.live.patient import PatientSite, serving_patients
from tests.bff.live.planted import SOCKETS, STREAMS, Said
from tests.bff.live.site import becomes
from tests.bff.live.wire import CLOSE, frame
from tests.bff.planted import POSITIONS
from tests.bff.pool import KeyEndpoint, SigningKey
from tests.bff.test_canaries import FAILURES, SECRET, Failure, Network, leaks

pytestmark = pytest.mark.anyio

# In which a token is asked for, and what happens is told.
SOON_SECONDS: Final = 0.05
# Waits for its time to be over, before anybody knows that a stream is asked for.
UNFINISHED: Final = "a body that is cut"


@pytest.fixture
def network() -> Network:
    return Network()


@pytest.fixture
async def patients(
    signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str], network: Network
) -> AsyncIterator[PatientSite]:
    settings: dict[str, Any] = {
        "live_recheck_seconds": SOON_SECONDS / 2,
        "live_connections_per_person": 200,
        "socket_max_frame_bytes": 5_000,
        "rate_requests_per_minute": 10_000,
    }
    async with serving_patients(signing_key, endpoint, bff_key[0], network=network, **settings) as site:
        yield site


@pytest.fixture
def logged(patients: PatientSite, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """Listen to everything from now on, but for what logs URLs: `python -m bff` keeps those quiet."""
    assert patients.port
    for name in ("httpx", "httpcore", "uvicorn.access", "uvicorn.error"):
        caplog.set_level(logging.WARNING, name)
    # Last: it sets what is heard at all.
    caplog.set_level(logging.DEBUG)
    return caplog


async def converse(site: PatientSite, said: Said) -> bytes:
    """Say it, let something happen, and leave; return what was answered to the handshake."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        async with asyncio.timeout(5):
            writer.write(said.handshake)
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 101 " in head.partition(b"\r\n")[0]:
                writer.writelines(said.frames)
                await happen(site)
                writer.write(frame(CLOSE))
            await read_all(reader)
            return head
    finally:
        writer.close()


async def ask(site: PatientSite, request: bytes) -> bytes:
    """Ask for a stream, let something happen, and leave; return the head of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        async with asyncio.timeout(5):
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            await happen(site)
            return head
    finally:
        writer.close()


async def happen(site: PatientSite) -> None:
    for number in range(2):
        await asyncio.sleep(SOON_SECONDS)
        await site.tell(number)


async def read_all(reader: asyncio.StreamReader) -> None:
    try:
        while await reader.read(65_536):
            pass
    except ConnectionError:
        return


def check(logged: pytest.LogCaptureFixture, token: str) -> None:
    """Check that nothing was said; who planted it can be seen from what was."""
    assert [record for record in logged.records if leaks(record, token)] == []


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
async def test_no_log_says_what_a_client_wrote_over_a_socket(
    patients: PatientSite, network: Network, logged: pytest.LogCaptureFixture, failure: Failure
) -> None:
    network.failure = failure
    token = patients.token()
    heads = await asyncio.gather(*(converse(patients, planted(SECRET, token)) for planted in SOCKETS.values()))
    assert all(head.startswith(b"HTTP/1.1 ") for head in heads)
    await becomes(lambda: patients.places.taken == 0)
    check(logged, token)


@pytest.mark.parametrize("failure", FAILURES.values(), ids=FAILURES.keys())
async def test_no_log_says_what_a_client_wrote_for_a_stream(
    patients: PatientSite, network: Network, logged: pytest.LogCaptureFixture, failure: Failure
) -> None:
    """In any place of any request, and in those of a subscription."""
    network.failure = failure
    token = patients.token()
    positions = [planted for name, planted in POSITIONS.items() if name != UNFINISHED]
    requests = [planted(SECRET, token) for planted in (*positions, *STREAMS.values())]
    accept = f"\r\nAccept: {EVENTS}\r\n".encode()
    heads = await asyncio.gather(*(ask(patients, request.replace(b"\r\n", accept, 1)) for request in requests))
    assert all(head.startswith(b"HTTP/1.1 ") for head in heads)
    await becomes(lambda: patients.places.taken == 0)
    check(logged, token)


async def test_failures_are_logged_all_the_same(
    patients: PatientSite, network: Network, logged: pytest.LogCaptureFixture
) -> None:
    """The silence of the others is not that of a log that is off, or of a client that never got anywhere."""
    token = patients.token()
    for failure in FAILURES.values():
        network.failure = failure
        await converse(patients, SOCKETS["a good token"](SECRET, token))
        await converse(patients, SOCKETS["a variable"](SECRET, token))
        await ask(patients, STREAMS["nothing of the other"](SECRET, token))
    assert network.calls >= 3 * len(FAILURES)
    ours = [record.getMessage() for record in logged.records if record.name == "bff.errors"]
    for said in ("ConnectError", "status 500", "ValueError at "):
        assert any(said in each for each in ours), said
