import asyncio
from datetime import datetime
from typing import Any

import httpx
import pytest
import respx

from clients.errors import UpstreamUnavailable
from clients.google.client import GoogleClient
from clients.google.event_ids import event_id_of
from clients.google.models import NewMeeting
from clients.ids import AppointmentId
from sandbox.google.conference import PENDING_MS
from services.events.meetings import ConferencePendingError, Meetings, UnknownAppointmentError
from services.events.payload import InvalidEventError
from services.events.platform import Platform
from tests.services.events.neighbours import SCHEDULING_URL, Scheduling, appointment_event, new_appointment
from tests.services.tokens import random_id

pytestmark = pytest.mark.anyio

READING = ["GET /appointments", "GET /doctors"]


@pytest.fixture
def calendar() -> str:
    """Return the calendar of a doctor whom no other test has."""
    return f"{random_id('doctor')}@example.com"


@pytest.fixture
def meetings(services: Platform, calendars: GoogleClient) -> Meetings:
    return Meetings(platform=services, google=calendars, poll_seconds=(0.2,) * 20)


def google_answers(downstream: respx.MockRouter, scheduling: Scheduling, answer: httpx.Response) -> None:
    """Let Google give a token, and this answer to everything else."""
    token = httpx.Response(200, json={"access_token": "t", "expires_in": 3600})
    downstream.routes.clear()
    downstream.route(url__startswith=SCHEDULING_URL).mock(side_effect=scheduling.answer)
    downstream.route(path="/token").mock(return_value=token)
    downstream.route(host="127.0.0.1").mock(return_value=answer)


def refusal(reason: str) -> dict[str, object]:
    return {"error": {"errors": [{"domain": "global", "reason": reason, "message": ""}], "code": 0, "message": ""}}


def wanted(appointment: dict[str, Any]) -> NewMeeting:
    """Return the meeting that the worker makes for an appointment."""
    return NewMeeting(
        event_id=event_id(appointment),
        appointment_id=AppointmentId(appointment["id"]),
        starts_at=datetime.fromisoformat(appointment["startsAt"]),
        ends_at=datetime.fromisoformat(appointment["endsAt"]),
        time_zone=appointment["timeZone"],
    )


def event_id(appointment: dict[str, Any]) -> str:
    return event_id_of(AppointmentId(appointment["id"]), attempt=1)


async def test_a_confirmed_appointment_gets_the_link_of_its_google_event(
    meetings: Meetings, scheduling: Scheduling, calendars: GoogleClient, calendar: str
) -> None:
    appointment = scheduling.confirmed(calendar)
    await meetings.arrange(appointment_event("confirmed", appointment))
    event = await calendars.event(calendar, event_id(appointment))
    assert event.url is not None
    assert event.appointment_id == appointment["id"]
    assert appointment["meeting"] == {"status": "READY", "url": event.url, "eventId": event.key.event_id}
    assert scheduling.calls == [*READING, f"PUT /appointments/{appointment['id']}/meeting"]


async def test_the_same_event_again_changes_nothing(
    meetings: Meetings, scheduling: Scheduling, downstream: respx.MockRouter, calendar: str
) -> None:
    told = appointment_event("confirmed", scheduling.confirmed(calendar))
    await meetings.arrange(told)
    before = len(downstream.calls)
    await meetings.arrange(told)
    assert len(downstream.calls) == before + 1
    assert scheduling.calls[3:] == ["GET /appointments"]


async def test_a_repeat_after_a_lost_answer_finds_the_first_event(
    meetings: Meetings, scheduling: Scheduling, calendars: GoogleClient, calendar: str
) -> None:
    appointment = scheduling.confirmed(calendar)
    await calendars.insert_meeting(calendar, wanted(appointment))
    scheduling.down = 1
    with pytest.raises(UpstreamUnavailable):
        await meetings.arrange(appointment_event("confirmed", appointment))
    await meetings.arrange(appointment_event("confirmed", appointment))
    event = await calendars.event(calendar, event_id(appointment))
    assert appointment["meeting"] == {"status": "READY", "url": event.url, "eventId": event_id(appointment)}


async def test_no_meeting_is_made_for_what_is_confirmed_no_more(
    meetings: Meetings, scheduling: Scheduling, downstream: respx.MockRouter, calendar: str
) -> None:
    appointment = scheduling.confirmed(calendar)
    for status in ("CANCELLED", "COMPLETED"):
        appointment["status"] = status
        await meetings.arrange(appointment_event("confirmed", appointment))
    assert len(downstream.calls) == len(scheduling.calls) == 2
    assert appointment["meeting"]["status"] == "PENDING"


async def test_a_conference_that_takes_long_is_left_to_the_relay(
    scheduling: Scheduling, calendars: GoogleClient, services: Platform, calendar: str
) -> None:
    impatient = Meetings(platform=services, google=calendars, poll_seconds=())
    appointment = scheduling.confirmed(calendar)
    told = appointment_event("confirmed", appointment)
    with pytest.raises(ConferencePendingError):
        await impatient.arrange(told)
    assert appointment["meeting"]["status"] == "PENDING"
    await asyncio.sleep(2 * PENDING_MS / 1000)
    await impatient.arrange(told)
    assert appointment["meeting"]["status"] == "READY"


async def test_a_cancelled_appointment_loses_its_google_event_once_and_for_all(
    meetings: Meetings, scheduling: Scheduling, calendars: GoogleClient, calendar: str
) -> None:
    appointment = scheduling.confirmed(calendar)
    await meetings.arrange(appointment_event("confirmed", appointment))
    appointment["status"] = "CANCELLED"
    for _ in range(2):
        await meetings.call_off(appointment_event("cancelled", appointment))
    assert (await calendars.event(calendar, event_id(appointment))).cancelled


async def test_a_request_that_is_cancelled_never_was_at_google(
    meetings: Meetings, scheduling: Scheduling, downstream: respx.MockRouter, calendar: str
) -> None:
    appointment = scheduling.confirmed(calendar)
    appointment |= {"status": "CANCELLED", "meeting": None}
    await meetings.call_off(appointment_event("cancelled", appointment))
    assert len(downstream.calls) == len(scheduling.calls) == 1


async def test_an_event_that_the_doctor_deleted_fails_the_meeting(
    meetings: Meetings, scheduling: Scheduling, calendars: GoogleClient, calendar: str
) -> None:
    """A deleted event's id stays taken at Google."""
    appointment = scheduling.confirmed(calendar)
    await calendars.insert_meeting(calendar, wanted(appointment))
    await calendars.delete_event(calendar, event_id(appointment))
    await meetings.arrange(appointment_event("confirmed", appointment))
    assert appointment["meeting"] == {"status": "FAILED", "url": None, "eventId": event_id(appointment)}


async def test_a_failed_conference_fails_the_meeting(
    meetings: Meetings, scheduling: Scheduling, downstream: respx.MockRouter, calendar: str
) -> None:
    appointment = scheduling.confirmed(calendar)
    failed = {
        "id": event_id(appointment),
        "status": "confirmed",
        "conferenceData": {"createRequest": {"requestId": "1", "status": {"statusCode": "failure"}}},
    }
    google_answers(downstream, scheduling, httpx.Response(200, json=failed))
    await meetings.arrange(appointment_event("confirmed", appointment))
    assert appointment["meeting"] == {"status": "FAILED", "url": None, "eventId": event_id(appointment)}


async def test_a_refusal_fails_the_meeting(
    meetings: Meetings, scheduling: Scheduling, downstream: respx.MockRouter, calendar: str
) -> None:
    for status, reason in ((403, "forbidden"), (400, "invalid"), (404, "notFound")):
        appointment = scheduling.confirmed(calendar)
        google_answers(downstream, scheduling, httpx.Response(status, json=refusal(reason)))
        for _ in range(2):
            await meetings.arrange(appointment_event("confirmed", appointment))
        assert appointment["meeting"]["status"] == "FAILED", reason
        assert scheduling.calls.count(f"PUT /appointments/{appointment['id']}/meeting") == 1


async def test_what_passes_is_left_to_the_relay(
    meetings: Meetings, scheduling: Scheduling, downstream: respx.MockRouter, calendar: str
) -> None:
    for status, reason in ((503, "backendError"), (429, "rateLimitExceeded"), (403, "userRateLimitExceeded")):
        appointment = scheduling.confirmed(calendar)
        google_answers(downstream, scheduling, httpx.Response(status, json=refusal(reason)))
        with pytest.raises(UpstreamUnavailable):
            await meetings.arrange(appointment_event("confirmed", appointment))
        assert appointment["meeting"]["status"] == "PENDING", reason


async def test_an_appointment_or_doctor_that_is_not_there_is_an_error(
    meetings: Meetings, scheduling: Scheduling, calendar: str
) -> None:
    with pytest.raises(UnknownAppointmentError):
        await meetings.arrange(appointment_event("confirmed", new_appointment()))
    appointment = scheduling.confirmed(calendar)
    scheduling.doctors.clear()
    with pytest.raises(UnknownAppointmentError):
        await meetings.arrange(appointment_event("confirmed", appointment))


async def test_an_event_without_its_data_is_an_error(meetings: Meetings) -> None:
    with pytest.raises(InvalidEventError):
        await meetings.arrange(appointment_event("confirmed", new_appointment() | {"priceCents": "many"}))
