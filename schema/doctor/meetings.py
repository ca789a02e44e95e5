"""The online meeting of an appointment, and what became of it in the doctor's own calendar."""

from datetime import datetime
from typing import Self

import strawberry

from clients.google.loaders import CalendarEventByIdLoader
from clients.google.models import CalendarEvent as EventModel
from clients.google.models import ConferenceStatus, EventKey
from clients.ids import DoctorId
from clients.scheduling import models
from clients.scheduling.loaders import DoctorByIdLoader
from schema.common.appointments import MEETING_OPENS_BEFORE
from schema.common.costs import cost
from schema.common.enums import MeetingStatus
from schema.common.loaded import loaded
from schema.common.permissions import DOCTOR


def _event_key(event: "CalendarEvent") -> EventKey:
    return event.key


def conference(event: EventModel) -> MeetingStatus | None:
    """Return how far Google is with the Meet link; None for an event without one."""
    match event.conference:
        case ConferenceStatus.PENDING:
            return MeetingStatus.PENDING
        case ConferenceStatus.READY:
            return MeetingStatus.READY
        case ConferenceStatus.FAILED:
            return MeetingStatus.FAILED
        case None:
            return None


@strawberry.type(directives=[DOCTOR])
class CalendarEvent:
    """The meeting in the doctor's Google Calendar as it is there now; nothing is known where Google has no answer."""

    key: strawberry.Private[EventKey]
    deleted: bool | None = loaded(CalendarEventByIdLoader, key=_event_key, into=lambda event: event.cancelled)
    status: MeetingStatus | None = loaded(CalendarEventByIdLoader, key=_event_key, into=conference)
    url: str | None = loaded(CalendarEventByIdLoader, key=_event_key, into=lambda event: event.url)


@strawberry.type(directives=[DOCTOR])
class Meeting:
    """The Google Meet of a confirmed appointment; `url` once it is READY."""

    doctor_id: strawberry.Private[DoctorId]
    event_id: strawberry.Private[str | None]
    status: MeetingStatus
    url: str | None
    opens_at: datetime
    calendar_event: CalendarEvent | None = loaded(
        DoctorByIdLoader,
        key=lambda meeting: meeting.doctor_id,
        within=lambda meeting, _, doctor: meeting.event_in(doctor.calendar_id),
        directives=[cost(5)],
    )

    @classmethod
    def of(cls, appointment: models.Appointment) -> Self | None:
        """Project an appointment's meeting; there is none before confirmation."""
        meeting = appointment.meeting
        if meeting is None:
            return None
        return cls(
            doctor_id=appointment.doctor_id,
            event_id=meeting.event_id,
            status=meeting.status,
            url=meeting.url,
            opens_at=appointment.starts_at - MEETING_OPENS_BEFORE,
        )

    def event_in(self, calendar_id: str) -> CalendarEvent | None:
        """Return the meeting's event in the calendar; there is none while scheduling knows of none."""
        return CalendarEvent(key=EventKey(calendar_id, self.event_id)) if self.event_id else None
