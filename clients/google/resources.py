"""The parts of Google's JSON that HealthMed reads and writes, named as Google names them.

Sources: the discovery documents of Calendar v3, and RFC 7523 for the token.
"""

from datetime import datetime

import msgspec

from clients.wire import Wire


class ConferenceSolutionKey(Wire, frozen=True):
    """Which kind of conference: Google Meet."""

    type: str = "hangoutsMeet"


class ConferenceRequestStatus(Wire, frozen=True):
    """`pending`, `success` or `failure`."""

    status_code: str = "pending"


class CreateConferenceRequest(Wire, frozen=True):
    """A conference asked for; Google ignores a repeated `request_id`."""

    request_id: str = ""
    conference_solution_key: ConferenceSolutionKey = ConferenceSolutionKey()
    status: ConferenceRequestStatus = ConferenceRequestStatus()


class EntryPoint(Wire, frozen=True):
    """One way into a conference: `video`, `phone`, `sip` or `more`."""

    entry_point_type: str
    uri: str = ""


class ConferenceData(Wire, frozen=True):
    """A conference, perhaps still being made."""

    create_request: CreateConferenceRequest = CreateConferenceRequest()
    entry_points: tuple[EntryPoint, ...] = ()


class ExtendedProperties(Wire, frozen=True):
    """Properties that only this application's users see."""

    private: dict[str, str] = msgspec.field(default_factory=dict)


class EventResource(Wire, frozen=True):
    """An event as Google shows it. Of a deleted one only `id` and `status` are certain."""

    id: str
    status: str
    extended_properties: ExtendedProperties = ExtendedProperties()
    conference_data: ConferenceData | None = None
    hangout_link: str | None = None

    @property
    def link(self) -> str | None:
        """The address of the video conference, once there is one."""
        entries = self.conference_data.entry_points if self.conference_data else ()
        return next((each.uri for each in entries if each.entry_point_type == "video"), self.hangout_link)


class EventDateTime(Wire, frozen=True):
    """An instant, and the zone to show it in."""

    date_time: datetime
    time_zone: str


class ConferenceWanted(Wire, frozen=True):
    """The conference data of an event to be."""

    create_request: "ConferenceRequest"


class ConferenceRequest(Wire, frozen=True):
    """A conference to be."""

    request_id: str
    conference_solution_key: ConferenceSolutionKey


class NewEventResource(Wire, frozen=True):
    """An event to be."""

    id: str
    summary: str
    start: EventDateTime
    end: EventDateTime
    visibility: str
    guests_can_invite_others: bool
    extended_properties: ExtendedProperties
    conference_data: ConferenceWanted


class CalendarItem(Wire, frozen=True):
    """A calendar asked about."""

    id: str


class FreeBusyRequest(Wire, frozen=True):
    """Which calendars, and when."""

    time_min: datetime
    time_max: datetime
    items: tuple[CalendarItem, ...]


class TimePeriod(Wire, frozen=True):
    """From `start` to `end`."""

    start: datetime
    end: datetime


class Reason(Wire, frozen=True):
    """One of Google's errors, by its machine-readable reason such as `notFound`."""

    reason: str


class FreeBusyCalendar(Wire, frozen=True):
    """The busy times of one calendar, or why Google could not say."""

    busy: tuple[TimePeriod, ...] = ()
    errors: tuple[Reason, ...] = ()


class FreeBusyAnswer(Wire, frozen=True):
    """The answer by calendar."""

    calendars: dict[str, FreeBusyCalendar]


class Refusal(Wire, frozen=True):
    """Inside of Google's error body."""

    errors: tuple[Reason, ...] = ()


class ErrorBody(Wire, frozen=True):
    """Google's error body."""

    error: Refusal


class Token(msgspec.Struct, frozen=True):
    """A bearer token that lives `expires_in` seconds."""

    access_token: str
    expires_in: int


class GrantRefused(msgspec.Struct, frozen=True):
    """The OAuth 2.0 error of a refused grant, such as `invalid_grant`."""

    error: str = "unknown"
