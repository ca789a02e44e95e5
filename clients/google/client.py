"""Google Calendar: the doctors' meetings and busy times. Each method is one endpoint."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

import httpx

from clients.errors import UpstreamConflict, UpstreamNotFound
from clients.google.batch import MAX_CALLS, PartAnswer
from clients.google.credentials import GoogleCredentials, ServiceAccount
from clients.google.decoding import decoded
from clients.google.faults import GOOGLE, fault
from clients.google.models import BusyTimes, CalendarEvent, EventKey, NewMeeting, Period
from clients.google.resources import (
    CalendarItem,
    ConferenceRequest,
    ConferenceSolutionKey,
    ConferenceWanted,
    EventDateTime,
    EventResource,
    ExtendedProperties,
    FreeBusyAnswer,
    FreeBusyRequest,
    NewEventResource,
)
from clients.google.transport import GoogleTransport, Read

# All that Google learns about a consultation: it leaves the country, and calendars are shown on shared screens.
SUMMARY: Final = "HealthMed: consulta online"
MAX_CALENDARS: Final = 50
MAX_EVENTS: Final = MAX_CALLS

_BATCH: Final = "/batch/calendar/v3"
_CALENDARS: Final = "/calendar/v3/calendars"
_FREE_BUSY: Final = "/calendar/v3/freeBusy"
_GONE: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


@dataclass(frozen=True, slots=True)
class GoogleClient:
    """Calls Google Calendar, each calendar under its owner's name. Lives as long as the process.

    Every method raises `UpstreamUnavailable`, `UpstreamContract`, and `UpstreamForbidden` when the service account may
    not act for a calendar's owner.
    """

    transport: GoogleTransport

    async def insert_meeting(self, calendar_id: str, meeting: NewMeeting) -> CalendarEvent:
        """Create a private event with a Meet conference, which is PENDING at first; `event` tells when it is READY.

        Repeatable: an event that is there already is adopted. Raises `UpstreamConflict` when that id is used up, by a
        deleted event or by another appointment's: the next attempt's id is needed.
        """
        path = f"{_events(calendar_id)}?conferenceDataVersion=1&sendUpdates=all"
        try:
            resource = await self.transport.post(calendar_id, path, _resource(meeting), EventResource)
        except UpstreamConflict as taken:
            event = await self.event(calendar_id, meeting.event_id)
            if event.cancelled or event.appointment_id != meeting.appointment_id:
                raise UpstreamConflict(GOOGLE, taken.code) from taken
            return event
        return CalendarEvent.of(calendar_id, resource)

    async def event(self, calendar_id: str, event_id: str) -> CalendarEvent:
        """Return an event, a deleted one as `cancelled`. Raises `UpstreamNotFound`."""
        path = _event(EventKey(calendar_id, event_id))
        return CalendarEvent.of(calendar_id, await self.transport.get(calendar_id, path, EventResource))

    async def events(self, keys: Sequence[EventKey]) -> Mapping[EventKey, CalendarEvent]:
        """Return at most 50 events, of any calendars, in one call; absent ones are left out.

        Each is read under its own calendar's owner. Raises for the whole when Google fails on one of them.
        """
        reads = [Read(key.calendar_id, _event(key)) for key in keys]
        answers = zip(keys, await self.transport.batch(_BATCH, reads), strict=True)
        return {key: _read(key, answer) for key, answer in answers if answer.status not in _GONE}

    async def delete_event(self, calendar_id: str, event_id: str) -> None:
        """Delete an event; one that is deleted already, or never was, is as good."""
        path = f"{_event(EventKey(calendar_id, event_id))}?sendUpdates=all"
        try:
            await self.transport.delete(calendar_id, path)
        except UpstreamNotFound:
            return

    async def busy(self, calendar_ids: Sequence[str], period: Period) -> Mapping[str, BusyTimes]:
        """Return when at most 50 calendars are busy, in one call; those that Google cannot tell of are left out.

        Asked as the owner of the first calendar: inside one Workspace everybody may see everybody's busy times.
        Raises `UpstreamInvalid` for a period of more than about 90 days.
        """
        body = FreeBusyRequest(
            time_min=period.starts_at, time_max=period.ends_at, items=tuple(map(CalendarItem, calendar_ids))
        )
        answer = await self.transport.post(calendar_ids[0], _FREE_BUSY, body, FreeBusyAnswer)
        return {
            calendar_id: BusyTimes(calendar_id, tuple(Period(each.start, each.end) for each in calendar.busy))
            for calendar_id, calendar in answer.calendars.items()
            if not calendar.errors
        }


def google_client(
    http: httpx.AsyncClient, *, api_url: str, token_url: str, account: ServiceAccount, clock: Callable[[], datetime]
) -> GoogleClient:
    """Make the process's client. `clock` is the real time, not a shifted one: Google compares it with its own."""
    credentials = GoogleCredentials(http, token_url, account, clock)
    return GoogleClient(GoogleTransport(http, api_url, credentials))


def _events(calendar_id: str) -> str:
    return f"{_CALENDARS}/{quote(calendar_id, safe='')}/events"


def _event(key: EventKey) -> str:
    return f"{_events(key.calendar_id)}/{quote(key.event_id, safe='')}"


def _read(key: EventKey, answer: PartAnswer) -> CalendarEvent:
    if answer.status != HTTPStatus.OK:
        raise fault(answer.status, answer.body)
    return CalendarEvent.of(key.calendar_id, decoded(answer.body, EventResource))


def _resource(meeting: NewMeeting) -> NewEventResource:
    # The event's id is unique for an appointment's attempt, and so is its one conference.
    wanted = ConferenceRequest(request_id=meeting.event_id, conference_solution_key=ConferenceSolutionKey())
    return NewEventResource(
        id=meeting.event_id,
        summary=SUMMARY,
        start=EventDateTime(date_time=meeting.starts_at, time_zone=meeting.time_zone),
        end=EventDateTime(date_time=meeting.ends_at, time_zone=meeting.time_zone),
        visibility="private",
        guests_can_invite_others=False,
        extended_properties=ExtendedProperties(private={"appointmentId": meeting.appointment_id}),
        conference_data=ConferenceWanted(create_request=wanted),
    )
