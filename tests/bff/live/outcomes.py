"""What becomes of a socket or of a stream in the end, in the words of docs/request-path.md."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.bff.live.patient import PatientSite
from tests.bff.live.site import becomes
from tests.bff.live.test_sse import events
from tests.bff.live.wire import CLOSE, frames_of, handshake, reading_nothing
from tests.bff.rows import Row

CUT_OFF: Final = "cut off"
# In which a place for one more of anything is taken soon, and everybody is too slow soon.
SMALL: Final[Mapping[str, Any]] = {
    "max_header_bytes": 8_000,
    "header_timeout_seconds": 0.5,
    "live_connections_per_person": 1,
    "live_connections_per_address": 2,
    "live_connections": 3,
    "socket_init_seconds": 1,
    "socket_max_operations": 2,
    "socket_max_frame_bytes": 5_000,
    "live_send_seconds": 0.3,
    "live_recheck_seconds": 0.05,
    "rate_requests_per_minute": 5,
    "rate_sign_ins_per_minute": 1,
    "trusted_mode": "log-unknown",
}
# More than the system takes for a client that reads nothing.
_LARGE: Final = [{"code": "CARDIOLOGY", "name": "x" * 2_000_000}]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The answer, and what is with it."""

    answer: str
    reason: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)


def check(row: Row, outcome: Outcome) -> None:
    """Check that it is what the row says."""
    assert (outcome.answer, outcome.extensions.get("code", "")) == (row.answers[0], row.code)
    if row.beside.startswith("extensions."):
        assert row.beside.removeprefix("extensions.") in outcome.extensions
    elif outcome.headers:
        name, _, value = row.beside.partition(": ")
        assert not name or outcome.headers[name] == value
    else:
        assert outcome.reason.startswith(row.beside)
        assert bool(outcome.reason) == bool(row.beside)


async def of_socket(client: ClientConnection) -> Outcome:
    """Read until an operation is refused, or the socket is closed."""
    try:
        while True:
            message = json.loads(await asyncio.wait_for(client.recv(), 5))
            if message["type"] == "error":
                return Outcome(answer="error", extensions=_extensions(message["payload"]))
    except ConnectionClosed as closed:
        if closed.rcvd is None:
            return Outcome(answer=CUT_OFF)
        return Outcome(answer=str(closed.rcvd.code), reason=closed.rcvd.reason)


async def of_refusal(opening: connect) -> Outcome:
    """Open a socket, in vain."""
    with pytest.raises(InvalidStatus) as refused:
        await opening
    return _refused(
        httpx.Response(
            refused.value.response.status_code,
            headers=dict(refused.value.response.headers.raw_items()),
            content=bytes(refused.value.response.body),
        )
    )


async def of_bytes(site: PatientSite, opening: bytes, *frames: bytes) -> Outcome:
    """Say this, and read until the server closes: its answer, or its close frame after a handshake."""
    reader, writer = await asyncio.open_connection("127.0.0.1", site.port)
    try:
        async with asyncio.timeout(5):
            writer.write(opening)
            head = await reader.readuntil(b"\r\n\r\n")
            status, *lines = head.decode().rstrip().split("\r\n")
            if status.split()[1] == "101":
                writer.writelines(frames)
                return await _of_frames(reader)
            headers = dict(line.split(": ", 1) for line in lines)
            response = httpx.Response(int(status.split()[1]), headers=headers)
            content = await reader.readexactly(int(response.headers["content-length"]))
            return _refused(httpx.Response(response.status_code, headers=headers, content=content))
    finally:
        writer.close()


async def of_frames(site: PatientSite, *frames: bytes) -> Outcome:
    """Say this behind a good handshake."""
    return await of_bytes(site, handshake(site.path), *frames)


async def of_who_reads_nothing(site: PatientSite, opening: bytes, request: bytes) -> Outcome:
    """Ask for a large answer of `{ specialties { name } }`, and read it when it is too late."""
    site.services.answers["/specialties"] = _LARGE
    async with reading_nothing(site.port, opening, request) as client:
        await becomes(lambda: site.places.taken == 1)
        await becomes(lambda: site.places.taken == 0)
        reader, writer = await asyncio.open_connection(sock=client.dup())
        try:
            if opening:
                return await _of_frames(reader)
            rest = await asyncio.wait_for(_all(reader), 5)
        finally:
            writer.close()
    return Outcome(answer="complete" if b"event: complete" in rest or rest.endswith(b"0\r\n\r\n") else CUT_OFF)


async def of_stream(response: httpx.Response) -> Outcome:
    """Read a stream to its end, if it is one."""
    if response.status_code != httpx.codes.OK:
        await response.aread()
        return _refused(response)
    try:
        heard = [each async for each in events(response)]
    except httpx.RemoteProtocolError:
        return Outcome(answer=CUT_OFF)
    if not heard or heard[-1][0] != "complete":
        return Outcome(answer="early end")
    name, answer = heard[-2]
    return Outcome(answer=name, extensions=_extensions(answer["errors"]))


async def _of_frames(reader: asyncio.StreamReader) -> Outcome:
    async for opcode, payload in frames_of(reader):
        if opcode == CLOSE:
            return Outcome(answer=str(int.from_bytes(payload[:2], "big")), reason=payload[2:].decode())
    return Outcome(answer=CUT_OFF)


async def _all(reader: asyncio.StreamReader) -> bytes:
    content = b""
    try:
        while chunk := await reader.read(65_536):
            content += chunk
    except ConnectionResetError:
        pass
    return content


def _refused(response: httpx.Response) -> Outcome:
    extensions = _extensions(response.json()["errors"]) if response.content else {}
    return Outcome(answer=str(response.status_code), headers=response.headers, extensions=extensions)


def _extensions(errors: Any) -> Mapping[str, Any]:  # noqa: ANN401  JSON
    (error,) = errors
    assert error["message"]
    extensions: Mapping[str, Any] = error["extensions"]
    assert extensions["requestId"]
    return extensions
