"""What follows at Google from an appointment: a Meet link when it is confirmed, none when it is cancelled."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from clients.errors import UpstreamRefusal
from clients.google.client import GoogleClient
from clients.google.event_ids import event_id_of
from clients.google.models import CalendarEvent, ConferenceStatus, NewMeeting
from clients.scheduling.models import Appointment, AppointmentStatus, Meeting, MeetingStatus
from services.common.outbox import Event
from services.events.payload import AppointmentChanged, payload
from services.events.platform import Platform

POLL_SECONDS: Final = (0.3, 0.3, 0.6, 1.2, 2.4, 4.8)

_log: Final = logging.getLogger(__name__)


class UnknownAppointmentError(LookupError):
    """Scheduling does not have an appointment, or its doctor, whom its own event names."""


class ConferencePendingError(Exception):
    """Google is still making the conference: to be asked again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meetings:
    """Consumers of an appointment's events. They read the appointment as it is now, so an old event does no harm.

    `poll_seconds`: the waits between looks at a conference that is being made, before the relay takes over.
    """

    platform: Platform
    google: GoogleClient
    poll_seconds: Sequence[float] = POLL_SECONDS

    async def arrange(self, event: Event) -> None:
        """Create the Google event of a confirmed appointment and store its link, or that Google refused it.

        The event's id is ours, so that a repeat finds the first one. Raises `ConferencePendingError`.
        """
        appointment = await self._appointment(event)
        ready = appointment.meeting is not None and appointment.meeting.status is MeetingStatus.READY
        if appointment.status is not AppointmentStatus.CONFIRMED or ready:
            return
        calendar_id = await self._calendar(appointment)
        meeting = await self._meeting(calendar_id, appointment)
        if meeting != appointment.meeting:
            await self.platform.scheduling.set_meeting(appointment.id, meeting)

    async def call_off(self, event: Event) -> None:
        """Delete the Google event of a cancelled appointment that had been confirmed; again changes nothing."""
        appointment = await self._appointment(event)
        if appointment.meeting is None:
            return
        event_id = appointment.meeting.event_id or event_id_of(appointment.id, attempt=1)
        await self.google.delete_event(await self._calendar(appointment), event_id)

    async def _meeting(self, calendar_id: str, appointment: Appointment) -> Meeting:
        wanted = NewMeeting(
            event_id=event_id_of(appointment.id, attempt=1),
            appointment_id=appointment.id,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            time_zone=appointment.time_zone,
        )
        try:
            made = await self._made(calendar_id, wanted)
        except UpstreamRefusal as refusal:
            _log.warning("Google refuses a meeting for %s: %s", appointment.id, refusal.code)
            return Meeting(status=MeetingStatus.FAILED, url=None, event_id=wanted.event_id)
        status = MeetingStatus.READY if made.url else MeetingStatus.FAILED
        return Meeting(status=status, url=made.url, event_id=wanted.event_id)

    async def _made(self, calendar_id: str, wanted: NewMeeting) -> CalendarEvent:
        """Create the event and wait until its conference is made or has failed."""
        made = await self.google.insert_meeting(calendar_id, wanted)
        for wait_seconds in self.poll_seconds:
            if made.conference is not ConferenceStatus.PENDING:
                return made
            await asyncio.sleep(wait_seconds)
            made = await self.google.event(calendar_id, wanted.event_id)
        if made.conference is ConferenceStatus.PENDING:
            raise ConferencePendingError(wanted.event_id)
        return made

    async def _appointment(self, event: Event) -> Appointment:
        appointment_id = payload(event, AppointmentChanged).appointment_id
        for appointment in await self.platform.scheduling.appointments([appointment_id]):
            return appointment
        raise UnknownAppointmentError(appointment_id)

    async def _calendar(self, appointment: Appointment) -> str:
        for doctor in await self.platform.scheduling.doctors([appointment.doctor_id]):
            return doctor.calendar_id
        raise UnknownAppointmentError(appointment.id)
