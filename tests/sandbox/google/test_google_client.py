"""The fake driven by Google's own Python client, which would notice a wrong path, body or framing."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from google.oauth2 import service_account
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest

from sandbox.google.discovery import methods
from sandbox.google.running import RunningGoogle

SCOPES = ["https://www.googleapis.com/auth/calendar.events.owned", "https://www.googleapis.com/auth/calendar.freebusy"]
DOCTOR = "ana.lima@clinic.example"
START = "2026-11-24T10:00:00-03:00"
END = "2026-11-24T10:50:00-03:00"

CalendarOf = Callable[..., Any]


@pytest.fixture
def calendar_of(google: RunningGoogle) -> Iterator[CalendarOf]:
    """Make Google's client for one user by domain-wide delegation."""
    made: list[Any] = []
    # Neither of Google's packages has types.
    account: Any = service_account.Credentials

    def calendar(subject: str | None, *scopes: str) -> Any:  # noqa: ANN401  as above
        info = {
            "client_email": google.client_email,
            "private_key": google.private_key_pem,
            "token_uri": f"{google.url}/token",
        }
        credentials = account.from_service_account_info(info, scopes=scopes or SCOPES, subject=subject)
        endpoint = {"api_endpoint": f"{google.url}/calendar/v3/"}
        client = build("calendar", "v3", credentials=credentials, static_discovery=True, client_options=endpoint)
        made.append(client)
        return client

    yield calendar
    for client in made:
        client.close()


def body(event_id: str | None = None, **more: object) -> dict[str, object]:
    own = {"id": event_id} if event_id else {}
    return {**own, "summary": "Consulta", "start": {"dateTime": START}, "end": {"dateTime": END}, **more}


def asking_for_meet(request_id: str) -> dict[str, object]:
    key = {"type": "hangoutsMeet"}
    return {"conferenceData": {"createRequest": {"requestId": request_id, "conferenceSolutionKey": key}}}


def refusal(request: Any) -> tuple[int, str]:  # noqa: ANN401  Google's client has no types
    with pytest.raises(HttpError) as refused:
        request.execute()
    return refused.value.status_code, refused.value.error_details[0]["reason"]


def response_faults(method_id: str, answer: object) -> list[str]:
    validator = next(method.response for method in methods() if method.id == method_id)
    assert validator is not None
    return [fault.message for fault in validator.iter_errors(answer)]


def test_a_meeting_lives_and_dies(calendar_of: CalendarOf) -> None:
    """Insert, pending then success, patch, list, delete; and every answer fits Google's own schema."""
    events = calendar_of(DOCTOR).events()
    asked = body("a1b2c3", **asking_for_meet("one"))
    inserted = events.insert(calendarId=DOCTOR, body=asked, conferenceDataVersion=1, sendUpdates="all").execute()
    assert inserted["conferenceData"]["createRequest"]["status"] == {"statusCode": "pending"}
    assert "hangoutLink" not in inserted
    assert response_faults("calendar.events.insert", inserted) == []

    time.sleep(0.35)
    ready = events.get(calendarId=DOCTOR, eventId="a1b2c3").execute()
    assert ready["conferenceData"]["createRequest"]["status"] == {"statusCode": "success"}
    video = next(each for each in ready["conferenceData"]["entryPoints"] if each["entryPointType"] == "video")
    assert video["uri"] == ready["hangoutLink"]
    assert ready["etag"] != inserted["etag"]
    assert response_faults("calendar.events.get", ready) == []

    moved = {"start": {"dateTime": "2026-11-24T11:00:00-03:00"}, "end": {"dateTime": "2026-11-24T11:50:00-03:00"}}
    patched = events.patch(calendarId=DOCTOR, eventId="a1b2c3", body=moved).execute()
    assert (patched["sequence"], patched["hangoutLink"]) == (1, ready["hangoutLink"])

    listed = events.list(calendarId="primary", singleEvents=True, orderBy="startTime").execute()
    assert [event["id"] for event in listed["items"]] == ["a1b2c3"]
    assert response_faults("calendar.events.list", listed) == []

    assert events.delete(calendarId=DOCTOR, eventId="a1b2c3").execute() == ""
    assert events.get(calendarId=DOCTOR, eventId="a1b2c3").execute()["status"] == "cancelled"
    assert events.list(calendarId=DOCTOR).execute()["items"] == []
    assert refusal(events.delete(calendarId=DOCTOR, eventId="a1b2c3")) == (410, "deleted")
    assert refusal(events.insert(calendarId=DOCTOR, body=body("a1b2c3"))) == (409, "duplicate")


def test_the_conference_is_ignored_without_its_version(calendar_of: CalendarOf) -> None:
    events = calendar_of("silent@clinic.example").events()
    inserted = events.insert(calendarId="primary", body=body("f00d1", **asking_for_meet("one"))).execute()
    assert "conferenceData" not in inserted


def test_an_id_is_made_up_for_who_brings_none(calendar_of: CalendarOf) -> None:
    events = calendar_of("ids@clinic.example").events()
    ids = {events.insert(calendarId="primary", body=body()).execute()["id"] for _ in range(3)}
    assert len(ids) == 3


def test_the_service_account_itself_gets_no_conference(calendar_of: CalendarOf) -> None:
    insert = calendar_of(None).events().insert
    asked = body("50100", **asking_for_meet("one"))
    assert refusal(insert(calendarId="primary", body=asked, conferenceDataVersion=1)) == (400, "invalid")


def test_each_event_has_a_link_of_its_own(calendar_of: CalendarOf) -> None:
    events = calendar_of("links@clinic.example").events()
    for event_id in ("aaaaa", "bbbbb"):
        asked = body(event_id, **asking_for_meet("same"))
        events.insert(calendarId="primary", body=asked, conferenceDataVersion=1).execute()
    time.sleep(0.35)
    links = {events.get(calendarId="primary", eventId=each).execute()["hangoutLink"] for each in ("aaaaa", "bbbbb")}
    assert len(links) == 2


def test_a_patch_of_another_state_is_refused(calendar_of: CalendarOf) -> None:
    events = calendar_of("etag@clinic.example").events()
    inserted = events.insert(calendarId="primary", body=body("e7a60", description="old")).execute()

    def patch(text: str | None, etag: str) -> Any:  # noqa: ANN401  Google's client has no types
        request = events.patch(calendarId="primary", eventId="e7a60", body={"description": text})
        request.headers["If-Match"] = etag
        return request

    changed = patch("new", inserted["etag"]).execute()
    assert refusal(patch("newer", inserted["etag"])) == (412, "conditionNotMet")
    assert "description" not in patch(None, changed["etag"]).execute()


def test_a_list_is_paged_and_filtered(calendar_of: CalendarOf) -> None:
    events = calendar_of("list@clinic.example").events()
    for n in range(5):
        private = {"extendedProperties": {"private": {"appointmentId": f"apt_{n}"}}}
        events.insert(calendarId="primary", body=body(f"page{n}", **private)).execute()
    found, request = [], events.list(calendarId="primary", maxResults=2)
    while request is not None:
        page = request.execute()
        found.append([event["id"] for event in page["items"]])
        request = events.list_next(request, page)
    assert found == [["page0", "page1"], ["page2", "page3"], ["page4"]]
    one = events.list(calendarId="primary", privateExtendedProperty=["appointmentId=apt_3"]).execute()
    assert [event["id"] for event in one["items"]] == ["page3"]
    assert events.list(calendarId="primary", timeMin="2026-11-24T14:00:00Z").execute()["items"] == []


def test_free_busy_merges_and_reports_each_calendar(calendar_of: CalendarOf) -> None:
    """Overlapping events are one period; an unknown calendar and the 51st have errors of their own."""
    calendar = calendar_of("busy@clinic.example")
    later = {"start": {"dateTime": "2026-11-24T10:30:00-03:00"}, "end": {"dateTime": "2026-11-24T12:00:00-03:00"}}
    calendar.events().insert(calendarId="primary", body=body("b0001")).execute()
    calendar.events().insert(calendarId="primary", body={**body("b0002"), **later}).execute()
    calendar.events().insert(calendarId="primary", body=body("b0003", transparency="transparent")).execute()
    ids = ["busy@clinic.example", "someone@elsewhere.example", *(f"c{n}@clinic.example" for n in range(49))]
    answer = (
        calendar.freebusy()
        .query(
            body={
                "timeMin": "2026-11-24T00:00:00Z",
                "timeMax": "2026-11-25T00:00:00Z",
                "items": [{"id": each} for each in ids],
            }
        )
        .execute()
    )
    assert response_faults("calendar.freebusy.query", answer) == []
    calendars = answer["calendars"]
    assert calendars[ids[0]]["busy"] == [{"start": "2026-11-24T13:00:00.000Z", "end": "2026-11-24T15:00:00.000Z"}]
    assert calendars[ids[1]]["errors"] == [{"domain": "global", "reason": "notFound"}]
    assert calendars[ids[2]] == {"busy": []}
    assert calendars[ids[50]]["errors"] == [{"domain": "global", "reason": "tooManyCalendarsRequested"}]


def test_a_batch_answers_each_call_by_its_id(calendar_of: CalendarOf, google: RunningGoogle) -> None:
    """Calls of two users in one batch: each part carries its own token."""
    ana, rui = calendar_of("ana.batch@clinic.example").events(), calendar_of("rui.batch@clinic.example").events()
    for user in (ana, rui):
        # Tokens first: the connection that Google's batch would fetch them over is never closed.
        user.list(calendarId="primary").execute()
    answers: dict[str, Any] = {}
    batch = BatchHttpRequest(
        callback=lambda call, answer, refused: answers.update({call: refused.status_code if refused else answer}),
        batch_uri=f"{google.url}/batch/calendar/v3",
    )
    batch.add(ana.insert(calendarId="primary", body=body("ba7c4", summary="Ação")), request_id="insert")
    batch.add(ana.get(calendarId="primary", eventId="ba7c4"), request_id="get")
    batch.add(rui.get(calendarId="primary", eventId="ba7c4"), request_id="another's")
    batch.add(ana.delete(calendarId="primary", eventId="ba7c4"), request_id="delete")
    batch.execute()
    assert answers["insert"]["summary"] == answers["get"]["summary"] == "Ação"
    assert answers["another's"] == 404
    assert answers["delete"] == ""


def test_a_calendar_is_its_owners(calendar_of: CalendarOf) -> None:
    theirs = calendar_of("other@clinic.example").events()
    assert refusal(theirs.get(calendarId=DOCTOR, eventId="whatever0")) == (404, "notFound")


def test_a_narrow_scope_is_enforced(calendar_of: CalendarOf) -> None:
    events = calendar_of(DOCTOR, "https://www.googleapis.com/auth/calendar.freebusy").events()
    assert refusal(events.list(calendarId=DOCTOR)) == (403, "insufficientPermissions")


def test_what_is_left_out_says_so(calendar_of: CalendarOf) -> None:
    calendar = calendar_of(DOCTOR)
    assert refusal(calendar.events().watch(calendarId=DOCTOR, body={}))[0] == 501
    assert refusal(calendar.events().list(calendarId=DOCTOR, syncToken="x"))[0] == 501
    assert refusal(calendar.events().insert(calendarId=DOCTOR, body=body("rec00", recurrence=["RRULE:X"])))[0] == 501


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"id": "UPPER"}, "invalid"),
        ({"end": {"dateTime": START}}, "timeRangeEmpty"),
        ({"start": {"dateTime": "2026-11-24T10:00:00"}}, "invalid"),
        ({"start": {"dateTime": START, "timeZone": "Mars/Olympus"}}, "invalid"),
        ({"start": {"instant": START}}, "badRequest"),
        ({"summary": 7}, "badRequest"),
        ({"unknown": "field"}, "badRequest"),
        ({"start": None}, "badRequest"),
    ],
)
def test_a_wrong_event_is_refused(calendar_of: CalendarOf, changes: dict[str, object], reason: str) -> None:
    insert = calendar_of(DOCTOR).events().insert(calendarId=DOCTOR, body={**body("b4d00"), **changes})
    assert refusal(insert) == (400, reason)


def test_an_unknown_parameter_is_refused(calendar_of: CalendarOf, google: RunningGoogle) -> None:
    request = calendar_of(DOCTOR).events().list(calendarId=DOCTOR)
    request.uri += "&colour=blue"
    assert refusal(request) == (400, "badRequest")
    assert httpx.get(f"{google.url}/calendar/v3/calendars/x/events").status_code == 401
    assert httpx.get(f"{google.url}/calendar/v4/nothing").status_code == 404
