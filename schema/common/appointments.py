"""The parts of an appointment that every graph shows alike; each graph has its own `Appointment`."""

from datetime import datetime, timedelta
from typing import Final, Self

import strawberry

from clients.scheduling import models
from schema.common.enums import AppointmentStatus, MeetingStatus, Party
from schema.common.permissions import SIGNED_IN

MEETING_OPENS_BEFORE: Final = timedelta(minutes=10)


@strawberry.type(directives=[SIGNED_IN])
class Meeting:
    """The Google Meet of a confirmed appointment; `url` once it is READY."""

    status: MeetingStatus
    url: str | None
    opens_at: datetime

    @classmethod
    def of(cls, appointment: models.Appointment) -> Self | None:
        """Project an appointment's meeting; there is none before confirmation."""
        meeting = appointment.meeting
        if meeting is None:
            return None
        return cls(status=meeting.status, url=meeting.url, opens_at=appointment.starts_at - MEETING_OPENS_BEFORE)


@strawberry.type(directives=[SIGNED_IN])
class Cancellation:
    """Why an appointment will not take place."""

    by: Party
    justification: str
    at: datetime

    @classmethod
    def of(cls, model: models.Cancellation | None) -> Self | None:
        """Project the model; None where nobody cancelled."""
        return cls(by=model.by, justification=model.justification, at=model.at) if model else None


@strawberry.type(directives=[SIGNED_IN])
class HistoryEntry:
    """One step of an appointment's life."""

    status: AppointmentStatus
    at: datetime

    @classmethod
    def of(cls, model: models.HistoryEntry) -> Self:
        """Project the model."""
        return cls(status=model.status, at=model.at)


@strawberry.input
class AppointmentFilter:
    """Which appointments; no statuses means any."""

    statuses: list[AppointmentStatus] | None = None


def statuses_of(chosen: AppointmentFilter | None) -> frozenset[AppointmentStatus]:
    """Return the statuses to keep; none means any."""
    return frozenset(chosen.statuses or ()) if chosen else frozenset()
