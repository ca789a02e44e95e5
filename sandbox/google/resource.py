"""The event resource: from a request's body to what is kept, and from there to what Google shows."""

import base64
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sandbox.google import conference
from sandbox.google.errors import GoogleError, not_implemented
from sandbox.google.moments import event_time, written
from sandbox.google.store import StoredEvent

_ID: Final = re.compile(r"[a-v0-9]{5,1024}")
# What only Google sets: silently dropped from a request's body, as Google does.
_READ_ONLY: Final = frozenset(
    {
        "created",
        "creator",
        "etag",
        "eventType",
        "hangoutLink",
        "htmlLink",
        "iCalUID",
        "kind",
        "locked",
        "organizer",
        "sequence",
        "updated",
    }
)
# Read elsewhere.
_APART: Final = frozenset({"id", "conferenceData"})
_LEFT_OUT: Final = ("recurrence", "recurringEventId", "attachments")


def new_event(calendar_id: str, event_id: str, body: Mapping[str, Any], now_ms: int) -> StoredEvent:
    """Make an event without a conference from an `insert` body. Raises 400 for an id or times Google refuses."""
    if not _ID.fullmatch(event_id):
        raise GoogleError(400, "invalid", "Invalid resource id value.")
    owner = {"email": calendar_id, "self": True}
    page = base64.urlsafe_b64encode(f"{event_id} {calendar_id}".encode()).decode().rstrip("=")
    resource = {
        "kind": "calendar#event",
        "id": event_id,
        "status": "confirmed",
        "htmlLink": f"https://www.google.com/calendar/event?eid={page}",
        "created": written(now_ms),
        "creator": owner,
        "organizer": owner,
        "iCalUID": f"{event_id}@google.com",
        "sequence": 0,
        "eventType": "default",
        **_writable(body),
    }
    return _kept(calendar_id, event_id, resource, now_ms)


def patched_event(event: StoredEvent, body: Mapping[str, Any], now_ms: int) -> StoredEvent:
    """Merge a `patch` body into an event: objects are merged, lists replaced, nulls remove."""
    resource = _merged(event.resource, _writable(body))
    changed = _kept(event.calendar_id, event.event_id, resource, max(now_ms, event.updated_at_ms + 1))
    if (changed.starts_at_ms, changed.ends_at_ms) != (event.starts_at_ms, event.ends_at_ms):
        changed.resource["sequence"] += 1
    return replace(
        changed,
        conference_request_id=event.conference_request_id,
        conference_ready_at_ms=event.conference_ready_at_ms,
    )


def with_conference(event: StoredEvent, request_id: str | None, ready_at_ms: int) -> StoredEvent:
    """Ask for a conference, or none; the request that is there already is not made again."""
    if event.conference_request_id == request_id:
        return event
    return replace(event, conference_request_id=request_id, conference_ready_at_ms=ready_at_ms)


def cancelled_event(event: StoredEvent, now_ms: int) -> StoredEvent:
    """Delete an event: it stays, with this status."""
    return _kept(event.calendar_id, event.event_id, {**event.resource, "status": "cancelled"}, now_ms)


def shown(event: StoredEvent, now_ms: int) -> dict[str, Any]:
    """Return the event as Google answers it at `now_ms`."""
    resource = {**event.resource, "updated": written(event.updated_at_ms)}
    version = event.updated_at_ms
    if event.conference_request_id is not None and event.conference_ready_at_ms is not None:
        resource["conferenceData"] = conference.pending(event.conference_request_id)
        if now_ms >= event.conference_ready_at_ms:
            link = conference.meet_link(event.calendar_id, event.event_id, event.conference_request_id)
            resource["conferenceData"] = conference.made(event.conference_request_id, link)
            resource["hangoutLink"] = link
            version = max(version, event.conference_ready_at_ms)
    return {**resource, "etag": f'"{version}"'}


def _writable(body: Mapping[str, Any]) -> dict[str, Any]:
    for name in _LEFT_OUT:
        if name in body:
            raise not_implemented(name, "of an event")
    return {name: value for name, value in body.items() if name not in _READ_ONLY | _APART}


def _merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(old)
    for name, value in new.items():
        if isinstance(value, dict):
            merged[name] = _merged(merged.get(name, {}), value)
        else:
            merged[name] = value
    return {name: value for name, value in merged.items() if value is not None}


def _kept(calendar_id: str, event_id: str, resource: dict[str, Any], now_ms: int) -> StoredEvent:
    start, starts_at_ms = event_time("start", resource["start"])
    end, ends_at_ms = event_time("end", resource["end"])
    if ends_at_ms <= starts_at_ms:
        raise GoogleError(400, "timeRangeEmpty", "The specified time range is empty.", domain="calendar")
    cancelled = resource["status"] == "cancelled"
    return StoredEvent(
        calendar_id=calendar_id,
        event_id=event_id,
        starts_at_ms=starts_at_ms,
        ends_at_ms=ends_at_ms,
        updated_at_ms=now_ms,
        cancelled=cancelled,
        busy=not cancelled and resource.get("transparency") != "transparent",
        conference_request_id=None,
        conference_ready_at_ms=None,
        resource={**resource, "start": start, "end": end},
    )
