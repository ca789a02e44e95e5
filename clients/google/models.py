"""Meetings and busy times as HealthMed sees them. Times are aware UTC. No clinical word ever goes to Google."""

from collections.abc import Collection
from datetime import datetime
from enum import Enum
from typing import Self

import msgspec

from clients.google.resources import EventResource
from clients.ids import AppointmentId


class NewMeeting(msgspec.Struct, frozen=True, kw_only=True):
    """A meeting to put into a doctor's calendar; `event_id` is ours (`event_id_of`), `time_zone` an IANA name."""

    event_id: str
    appointment_id: AppointmentId
    starts_at: datetime
    ends_at: datetime
    time_zone: str


class ConferenceStatus(Enum):
    """How far Google is with the Meet link."""

    PENDING = "PENDING"
    READY = "READY"
    FAILED = "FAILED"


class EventKey(msgspec.Struct, frozen=True):
    """Which event: ids are unique within a calendar only. The calendar is the doctor's e-mail address."""

    calendar_id: str
    event_id: str


class CalendarEvent(msgspec.Struct, frozen=True, kw_only=True):
    """An event of a calendar; `cancelled` means deleted.

    `conference` is None for an event without one, `url` is its Meet link once it is READY. `appointment_id` is None
    for events that are not ours.
    """

    key: EventKey
    cancelled: bool
    appointment_id: AppointmentId | None
    conference: ConferenceStatus | None
    url: str | None

    @classmethod
    def of(cls, calendar_id: str, resource: EventResource) -> Self:
        """Read what Google shows of the event."""
        appointment_id = resource.extended_properties.private.get("appointmentId")
        return cls(
            key=EventKey(calendar_id, resource.id),
            cancelled=resource.status == "cancelled",
            appointment_id=AppointmentId(appointment_id) if appointment_id else None,
            conference=_conference(resource),
            url=resource.link,
        )


class Period(msgspec.Struct, frozen=True, order=True):
    """From an instant to a later one, which is outside."""

    starts_at: datetime
    ends_at: datetime


class BusyTimes(msgspec.Struct, frozen=True):
    """When a calendar is busy: periods in order, without overlaps, each whole even where only a part was asked for."""

    calendar_id: str
    periods: tuple[Period, ...]

    def within(self, asked: Period) -> "BusyTimes":
        """Return the periods that overlap `asked`."""
        return BusyTimes(self.calendar_id, tuple(_overlapping(self.periods, asked)))


def _overlapping(periods: Collection[Period], asked: Period) -> Collection[Period]:
    return [each for each in periods if each.starts_at < asked.ends_at and each.ends_at > asked.starts_at]


def _conference(resource: EventResource) -> ConferenceStatus | None:
    if resource.link is not None:
        return ConferenceStatus.READY
    if resource.conference_data is None:
        return None
    failed = resource.conference_data.create_request.status.status_code == "failure"
    return ConferenceStatus.FAILED if failed else ConferenceStatus.PENDING
