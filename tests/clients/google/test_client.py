import json
import re
from datetime import UTC, datetime, timedelta

import anyio
import httpx
import pytest
import respx

from clients.errors import (
    UpstreamConflict,
    UpstreamContract,
    UpstreamError,
    UpstreamForbidden,
    UpstreamInvalid,
    UpstreamNotFound,
    UpstreamUnavailable,
)
from clients.google.client import GoogleClient, google_client
from clients.google.credentials import ServiceAccount
from clients.google.event_ids import event_id_of
from clients.google.models import ConferenceStatus, EventKey, NewMeeting, Period
from clients.ids import AppointmentId
from sandbox.google.conference import PENDING_MS

pytestmark = pytest.mark.anyio

START = datetime(2026, 11, 24, 13, tzinfo=UTC)
API = "https://www.googleapis.com"
ANA = "ana@clinic.example"
EVENT = f"{API}/calendar/v3/calendars/ana%40clinic.example/events/e1000"


def meeting(appointment: str = "apt_1", attempt: int = 1, hours: int = 0) -> NewMeeting:
    appointment_id = AppointmentId(appointment)
    starts_at = START + timedelta(hours=hours)
    return NewMeeting(
        event_id=event_id_of(appointment_id, attempt),
        appointment_id=appointment_id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        time_zone="America/Sao_Paulo",
    )


def hours(first: int, last: int) -> Period:
    return Period(START + timedelta(hours=first), START + timedelta(hours=last))


async def test_a_meeting_is_pending_and_then_ready(client: GoogleClient) -> None:
    inserted = await client.insert_meeting("pending@clinic.example", meeting())
    assert (inserted.conference, inserted.url) == (ConferenceStatus.PENDING, None)
    assert inserted.appointment_id == "apt_1"
    await anyio.sleep(PENDING_MS / 1000 + 0.05)
    event = await client.event("pending@clinic.example", inserted.key.event_id)
    assert event.conference is ConferenceStatus.READY
    assert event.url is not None
    assert re.fullmatch(r"https://meet\.google\.com/[a-z]{3}-[a-z]{4}-[a-z]{3}", event.url)


async def test_a_repeated_insert_adopts_the_meeting(client: GoogleClient, calls: list[str]) -> None:
    first = await client.insert_meeting("adopt@clinic.example", meeting())
    again = await client.insert_meeting("adopt@clinic.example", meeting())
    assert first.key == again.key
    events = "/calendar/v3/calendars/adopt@clinic.example/events"
    assert calls == [events, events, f"{events}/{first.key.event_id}"]


async def test_a_deleted_meetings_id_is_used_up(client: GoogleClient) -> None:
    """Deleting is repeatable, and the next attempt's id works."""
    event = await client.insert_meeting("deleted@clinic.example", meeting())
    for _ in range(2):
        await client.delete_event("deleted@clinic.example", event.key.event_id)
    await client.delete_event("deleted@clinic.example", "never0was")
    assert (await client.event("deleted@clinic.example", event.key.event_id)).cancelled
    with pytest.raises(UpstreamConflict) as refused:
        await client.insert_meeting("deleted@clinic.example", meeting())
    assert refused.value.code == "duplicate"
    assert not (await client.insert_meeting("deleted@clinic.example", meeting(attempt=2))).cancelled


async def test_an_id_of_another_appointment_is_not_adopted(client: GoogleClient) -> None:
    ours = meeting()
    await client.insert_meeting("taken@clinic.example", ours)
    theirs = NewMeeting(
        event_id=ours.event_id,
        appointment_id=AppointmentId("apt_2"),
        starts_at=ours.starts_at,
        ends_at=ours.ends_at,
        time_zone=ours.time_zone,
    )
    with pytest.raises(UpstreamConflict):
        await client.insert_meeting("taken@clinic.example", theirs)


async def test_fifty_events_of_many_calendars_are_one_call(client: GoogleClient, calls: list[str]) -> None:
    keys = []
    for n in range(50):
        event = await client.insert_meeting(f"many{n % 5}@clinic.example", meeting(f"apt_{n}", hours=n))
        keys.append(event.key)
    calls.clear()
    absent = EventKey("many0@clinic.example", "absent0")
    found = await client.events([*keys[:49], absent])
    assert calls == ["/batch/calendar/v3"]
    assert list(found) == keys[:49]
    assert [event.appointment_id for event in found.values()] == [f"apt_{n}" for n in range(49)]


async def test_busy_times_are_merged_and_a_calendar_beyond_reach_is_left_out(client: GoogleClient) -> None:
    await client.insert_meeting("busy@clinic.example", meeting("apt_1"))
    await client.insert_meeting("busy@clinic.example", meeting("apt_2", hours=2))
    found = await client.busy(["busy@clinic.example", "free@clinic.example", "a@elsewhere.example"], hours(0, 24))
    assert found.keys() == {"busy@clinic.example", "free@clinic.example"}
    assert found["busy@clinic.example"].periods == tuple(
        Period(START + timedelta(hours=n), START + timedelta(hours=n, minutes=50)) for n in (0, 2)
    )
    assert found["free@clinic.example"].periods == ()


async def test_too_long_a_period_is_refused(client: GoogleClient) -> None:
    with pytest.raises(UpstreamInvalid, match="timeRangeTooLong"):
        await client.busy(["busy@clinic.example"], hours(0, 24 * 91))


@pytest.fixture
def mocked(http: httpx.AsyncClient, account: ServiceAccount, respx_mock: respx.MockRouter) -> GoogleClient:
    """Make a client whose tokens are granted; the rest of Google is up to the test."""
    tokens = (httpx.Response(200, json={"access_token": f"token{n}", "expires_in": 3599}) for n in range(99))
    respx_mock.post("https://oauth2.googleapis.com/token").mock(side_effect=tokens)
    token_url = "https://oauth2.googleapis.com/token"
    return google_client(http, api_url=API, token_url=token_url, account=account, clock=lambda: START)


def refused(status: int, reason: str) -> httpx.Response:
    return httpx.Response(status, json={"error": {"errors": [{"domain": "global", "reason": reason}], "code": status}})


async def test_the_event_tells_google_nothing_of_the_consultation(
    mocked: GoogleClient, respx_mock: respx.MockRouter
) -> None:
    path = f"{API}/calendar/v3/calendars/ana%40clinic.example/events"
    answer = httpx.Response(200, json={"id": meeting().event_id, "status": "confirmed"})
    insert = respx_mock.post(path, params={"conferenceDataVersion": "1", "sendUpdates": "all"}).mock(
        return_value=answer
    )
    event = await mocked.insert_meeting(ANA, meeting())
    assert (event.conference, event.url) == (None, None)
    assert json.loads(insert.calls.last.request.content) == {
        "id": meeting().event_id,
        "summary": "HealthMed: consulta online",
        "start": {"dateTime": "2026-11-24T13:00:00Z", "timeZone": "America/Sao_Paulo"},
        "end": {"dateTime": "2026-11-24T13:50:00Z", "timeZone": "America/Sao_Paulo"},
        "visibility": "private",
        "guestsCanInviteOthers": False,
        "extendedProperties": {"private": {"appointmentId": "apt_1"}},
        "conferenceData": {
            "createRequest": {
                "requestId": meeting().event_id,
                "conferenceSolutionKey": {"type": "hangoutsMeet"},
            }
        },
    }


async def test_a_conference_that_failed_says_so(mocked: GoogleClient, respx_mock: respx.MockRouter) -> None:
    request = {"requestId": "x", "status": {"statusCode": "failure"}}
    resource = {"id": "e1000", "status": "confirmed", "conferenceData": {"createRequest": request}}
    respx_mock.get(EVENT).mock(return_value=httpx.Response(200, json=resource))
    assert (await mocked.event(ANA, "e1000")).conference is ConferenceStatus.FAILED


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (refused(400, "invalid"), UpstreamInvalid),
        (refused(403, "forbidden"), UpstreamForbidden),
        (refused(403, "rateLimitExceeded"), UpstreamUnavailable),
        (refused(404, "notFound"), UpstreamNotFound),
        (refused(410, "deleted"), UpstreamNotFound),
        (refused(412, "conditionNotMet"), UpstreamConflict),
        (refused(429, "rateLimitExceeded"), UpstreamUnavailable),
        (refused(500, "backendError"), UpstreamUnavailable),
        (httpx.ConnectError("no route"), UpstreamUnavailable),
        (httpx.ReadTimeout("slow"), UpstreamUnavailable),
        (httpx.Response(200, text="<html>"), UpstreamContract),
        (httpx.Response(200, json={"id": 7}), UpstreamContract),
    ],
)
async def test_each_failure_has_its_error(
    mocked: GoogleClient,
    respx_mock: respx.MockRouter,
    answer: httpx.Response | Exception,
    expected: type[UpstreamError],
) -> None:
    route = respx_mock.get(EVENT).mock(side_effect=[answer])
    with pytest.raises(expected):
        await mocked.event(ANA, "e1000")
    assert route.call_count == 1


async def test_an_error_within_a_batch_is_raised(mocked: GoogleClient, respx_mock: respx.MockRouter) -> None:
    part = "--b\r\nContent-ID: <response-0>\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 500 X\r\n\r\n\r\n--b--"
    headers = {"Content-Type": "multipart/mixed; boundary=b"}
    batch = respx_mock.post(f"{API}/batch/calendar/v3")
    batch.mock(return_value=httpx.Response(200, headers=headers, text=part))
    with pytest.raises(UpstreamUnavailable):
        await mocked.events([EventKey(ANA, "e1000")])
    batch.mock(return_value=refused(400, "badRequest"))
    with pytest.raises(UpstreamInvalid):
        await mocked.events([EventKey(ANA, "e1000")])
