"""Events that are in the calendars before anyone comes: demo meetings and the doctors' own engagements."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sandbox.google.conference import meet_link
from sandbox.google.moments import milliseconds
from sandbox.google.resource import new_event, with_conference
from sandbox.google.store import EventStore, StoredEvent

_MADE_BEFORE: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeededEvent:
    """An event to be; one that names an appointment has a Meet conference, and is ready."""

    calendar_id: str
    event_id: str
    summary: str
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    appointment_id: str | None = None

    @property
    def link(self) -> str:
        """The Meet link of the appointment."""
        return meet_link(self.calendar_id, self.event_id, self.event_id)


def seed_events(state_path: Path, events: Iterable[SeededEvent]) -> None:
    """Put events into the fake's state in one transaction, leaving alone those already there.

    The fake may run or not. 10,000 events take about a second.
    """
    store = EventStore(state_path)
    try:
        store.add_all(map(_stored, events))
    finally:
        store.close()


def _stored(event: SeededEvent) -> StoredEvent:
    made_at_ms = milliseconds(event.starts_at - _MADE_BEFORE)
    body: dict[str, Any] = {
        "summary": event.summary,
        "visibility": "private",
        "start": {"dateTime": event.starts_at.isoformat(), "timeZone": event.time_zone},
        "end": {"dateTime": event.ends_at.isoformat(), "timeZone": event.time_zone},
    }
    if event.appointment_id is None:
        return new_event(event.calendar_id, event.event_id, body, made_at_ms)
    body["guestsCanInviteOthers"] = False
    body["extendedProperties"] = {"private": {"appointmentId": event.appointment_id}}
    meeting = new_event(event.calendar_id, event.event_id, body, made_at_ms)
    return with_conference(meeting, event.event_id, made_at_ms)
