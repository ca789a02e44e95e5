import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import httpx
import pytest

from clients.changes import client as module
from clients.changes.client import ChangesClient
from clients.changes.models import Change, Concerns, Told
from clients.errors import UpstreamContract, UpstreamError, UpstreamUnavailable
from clients.http import http_client
from clients.ids import AppointmentId, DoctorId, PatientId
from tests.clients.changes.streams import event, heartbeat
from tests.clients.servers import Handler, be_silent, break_off, flood, hang_up, serving, talk_nonsense

pytestmark = pytest.mark.anyio

STREAM = {"Content-Type": "text/event-stream; charset=utf-8"}


async def told_by(answer: httpx.Response, after: str | None = None) -> tuple[list[Told], httpx.Request]:
    """Return what a client hears of an answer, and the request that it made for it."""
    requests: list[httpx.Request] = []

    def answered(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return answer

    async with httpx.AsyncClient(transport=httpx.MockTransport(answered)) as http:
        told = [each async for each in client(http, "http://scheduling.test").connection(after)]
    (request,) = requests
    return told, request


def client(http: httpx.AsyncClient, url: str) -> ChangesClient:
    return ChangesClient(name="scheduling", base_url=url, http=http, headers=lambda: {"Authorization": "Bearer own"})


async def test_changes_and_signs_of_life_come_with_their_cursors() -> None:
    content = heartbeat("at_0") + event(1) + heartbeat("at_2")
    told, _ = await told_by(httpx.Response(200, headers=STREAM, content=content))
    change = Change(
        id="evt_1",
        type="appointment.confirmed",
        entity="apt_1",
        version=2,
        at=datetime(2026, 11, 24, 12, tzinfo=UTC),
        data=Concerns(
            patient_id=PatientId("pat_1"), doctor_id=DoctorId("doc_1"), appointment_id=AppointmentId("apt_1")
        ),
    )
    assert told == [Told(None, "at_0"), Told(change, "at_1"), Told(None, "at_2")]


@pytest.mark.parametrize(("after", "query"), [(None, ""), ("evt_1", "after=evt_1")])
async def test_it_asks_as_itself_for_what_came_after(after: str | None, query: str) -> None:
    _, request = await told_by(httpx.Response(200, headers=STREAM), after)
    assert (request.method, request.url.path, request.url.query.decode()) == ("GET", "/changes", query)
    assert request.headers["authorization"] == "Bearer own"


@pytest.mark.parametrize("unreadable", [b"{", b"[]", b'{"id": "evt_7"}', b"\xff", b"[" * 5000])
async def test_a_change_that_cannot_be_read_does_not_come_again(
    unreadable: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    """The cursor goes past it, and the log has nothing of what it said."""
    content = event(1) + b"id: at_2\ndata: " + unreadable + b"\n\n" + event(3)
    told, _ = await told_by(httpx.Response(200, headers=STREAM, content=content))
    assert [each.cursor for each in told] == ["at_1", "at_2", "at_3"]
    assert told[1].change is None
    (record,) = caplog.records
    assert (record.levelno, record.exc_info) == (logging.ERROR, None)
    assert "evt_7" not in record.getMessage()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(503), UpstreamUnavailable),
        (httpx.Response(401), UpstreamUnavailable),
        (httpx.Response(302, headers={"Location": "http://elsewhere.test"}), UpstreamUnavailable),
        (httpx.Response(200, json=[]), UpstreamContract),
    ],
)
async def test_what_is_no_stream_is_an_error(answer: httpx.Response, error: type[UpstreamError]) -> None:
    with pytest.raises(error, match=r"^scheduling: "):
        await told_by(answer)


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as http:
        yield http


@pytest.mark.parametrize("handler", [be_silent, hang_up, break_off, talk_nonsense], ids=lambda each: each.__name__)
async def test_a_service_that_misbehaves_is_unavailable(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, handler: Handler
) -> None:
    monkeypatch.setattr(module, "SILENCE_SECONDS", 0.2)
    async with serving(handler) as server, asyncio.timeout(5):
        with pytest.raises((UpstreamUnavailable, UpstreamContract)):
            await anext(client(http, server.url).connection(None))
        await server.left.wait()


async def test_a_service_that_falls_silent_is_left(http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SILENCE_SECONDS", 0.2)

    async def fall_silent(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        block = heartbeat("at_0")
        writer.write(head + b"%x\r\n%b\r\n" % (len(block), block))

    async with serving(fall_silent) as server, asyncio.timeout(5):
        stream = client(http, server.url).connection(None)
        assert await anext(stream) == Told(None, "at_0")
        with pytest.raises(UpstreamUnavailable, match="ReadTimeout"):
            await anext(stream)
        await server.left.wait()


async def test_a_flood_is_left(http: httpx.AsyncClient) -> None:
    async with serving(flood) as server, asyncio.timeout(5):
        with pytest.raises(UpstreamContract):
            await anext(client(http, server.url).connection(None))
        await server.left.wait()


async def test_who_stops_listening_closes_the_connection(http: httpx.AsyncClient) -> None:
    async def speak(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
        writer.write(head + b"%x\r\n%b\r\n" % (len(event(1)), event(1)))

    async with serving(speak) as server, asyncio.timeout(5):
        stream = client(http, server.url).connection(None)
        await anext(stream)
        await stream.aclose()
        await server.left.wait()
