"""calendar.events: insert, get, patch, delete, list."""

import base64
import binascii
import secrets
from collections.abc import Iterator, Mapping
from typing import Any, Final

from sandbox.google import conference
from sandbox.google.calls import Answer, Call
from sandbox.google.errors import GoogleError, not_found
from sandbox.google.moments import milliseconds
from sandbox.google.resource import cancelled_event, new_event, patched_event, shown, with_conference
from sandbox.google.store import EventStore, StoredEvent

_ID_ALPHABET: Final = "0123456789abcdefghijklmnopqrstuv"
_GENERATED_ID_LENGTH: Final = 26
_DEFAULT_PAGE: Final = 250
_LARGEST_PAGE: Final = 2500
_EVER_MS: Final = 2**62


def insert(store: EventStore, call: Call) -> Answer:
    """Create an event. Raises 409 for an id that the calendar has, or ever had."""
    event = new_event(call.own_calendar(), call.body.get("id") or _generated_id(), call.body, call.now_ms)
    event = _with_asked_conference(event, call)
    if not store.add(event):
        raise GoogleError(409, "duplicate", "The requested identifier already exists.")
    return Answer(200, shown(event, call.now_ms))


def get(store: EventStore, call: Call) -> Answer:
    """Return an event; a deleted one with the status `cancelled`."""
    return Answer(200, shown(_existing(store, call), call.now_ms))


def patch(store: EventStore, call: Call) -> Answer:
    """Change an event. Raises 412 when `If-Match` names another state of it."""
    event = _existing(store, call)
    _check_state(event, call)
    event = _with_asked_conference(patched_event(event, call.body, call.now_ms), call)
    store.replace(event)
    return Answer(200, shown(event, call.now_ms))


def delete(store: EventStore, call: Call) -> Answer:
    """Delete an event. Raises 410 when it is deleted already."""
    event = _existing(store, call)
    if event.cancelled:
        raise GoogleError(410, "deleted", "Resource has been deleted")
    _check_state(event, call)
    store.replace(cancelled_event(event, call.now_ms))
    return Answer(204, None)


def list_(store: EventStore, call: Call) -> Answer:
    """Return a page of a calendar's events, by start."""
    calendar_id, query = call.own_calendar(), call.query
    if query.get("orderBy") == "startTime" and not query.get("singleEvents"):
        raise GoogleError(400, "badRequest", "The requested ordering is not available for the particular query.")
    start = _offset(query.get("pageToken"))
    end = start + min(query.get("maxResults", _DEFAULT_PAGE), _LARGEST_PAGE)
    found = [shown(event, call.now_ms) for event in _matching(store, calendar_id, query)]
    if query.get("orderBy") == "updated":
        found.sort(key=lambda resource: str(resource["updated"]))
    page = {"kind": "calendar#events", "summary": calendar_id, "timeZone": "UTC", "accessRole": "owner"}
    more = {"nextPageToken": base64.urlsafe_b64encode(str(end).encode()).decode()} if end < len(found) else {}
    return Answer(200, {**page, "items": found[start:end], **more})


def _generated_id() -> str:
    return "".join(secrets.choice(_ID_ALPHABET) for _ in range(_GENERATED_ID_LENGTH))


def _matching(store: EventStore, calendar_id: str, query: Mapping[str, Any]) -> Iterator[StoredEvent]:
    earliest = milliseconds(query["timeMin"]) if "timeMin" in query else -_EVER_MS
    latest = milliseconds(query["timeMax"]) if "timeMax" in query else _EVER_MS
    wanted = [pair.partition("=") for pair in query.get("privateExtendedProperty", ())]
    for event in store.between(calendar_id, earliest, latest):
        private = event.resource.get("extendedProperties", {}).get("private", {})
        if event.cancelled and not query.get("showDeleted"):
            continue
        if "iCalUID" in query and event.resource["iCalUID"] != query["iCalUID"]:
            continue
        if "updatedMin" in query and event.updated_at_ms < milliseconds(query["updatedMin"]):
            continue
        if all(private.get(name) == value for name, _, value in wanted):
            yield event


def _existing(store: EventStore, call: Call) -> StoredEvent:
    event = store.find(call.own_calendar(), call.path["eventId"])
    if event is None:
        raise not_found()
    return event


def _check_state(event: StoredEvent, call: Call) -> None:
    if call.if_match not in {None, "*", shown(event, call.now_ms)["etag"]}:
        raise GoogleError(412, "conditionNotMet", "Precondition Failed")


def _with_asked_conference(event: StoredEvent, call: Call) -> StoredEvent:
    # Without the version Google ignores the conference and says nothing.
    if "conferenceData" not in call.body or call.query.get("conferenceDataVersion") != 1:
        return event
    data = call.body["conferenceData"]
    request_id = conference.requested(data, delegated=call.principal.delegated) if data else None
    return with_conference(event, request_id, call.now_ms + conference.PENDING_MS)


def _offset(page_token: str | None) -> int:
    try:
        return int(base64.urlsafe_b64decode(page_token)) if page_token else 0
    except (ValueError, binascii.Error):
        raise GoogleError(400, "invalid", "Invalid page token value.") from None
