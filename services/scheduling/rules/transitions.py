"""The life of an appointment, as one table: who may do what, from where, to where."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from services.common.access import Denied
from services.common.callers import Caller, Pool
from services.common.wire import Problem
from services.scheduling.models import (
    Appointment,
    AppointmentStatus,
    Cancellation,
    HistoryEntry,
    Meeting,
    MeetingStatus,
    Party,
)

SERVICE: Final = "scheduling"
ACTIVE: Final = frozenset({AppointmentStatus.REQUESTED, AppointmentStatus.CONFIRMED})
# These give the time back. An expired or completed appointment's time is over, so its cells may stay claimed.
FREEING: Final = frozenset({AppointmentStatus.DECLINED, AppointmentStatus.CANCELLED})


class Action(StrEnum):
    """What a person may do to an appointment."""

    CONFIRM = "confirm"
    DECLINE = "decline"
    CANCEL = "cancel"
    COMPLETE = "complete"


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One way: the statuses that it leaves, the one that it reaches, whose it is, and what it asks for."""

    sources: frozenset[AppointmentStatus]
    target: AppointmentStatus
    pools: frozenset[Pool]
    needs_words: bool = False
    needs_start: bool = False


TRANSITIONS: Final[Mapping[Action, Transition]] = {
    Action.CONFIRM: Transition(
        sources=frozenset({AppointmentStatus.REQUESTED}),
        target=AppointmentStatus.CONFIRMED,
        pools=frozenset({"doctor"}),
    ),
    Action.DECLINE: Transition(
        sources=frozenset({AppointmentStatus.REQUESTED}),
        target=AppointmentStatus.DECLINED,
        pools=frozenset({"doctor"}),
        needs_words=True,
    ),
    Action.CANCEL: Transition(
        sources=ACTIVE,
        target=AppointmentStatus.CANCELLED,
        pools=frozenset({"patient", "doctor"}),
        needs_words=True,
    ),
    Action.COMPLETE: Transition(
        sources=frozenset({AppointmentStatus.CONFIRMED}),
        target=AppointmentStatus.COMPLETED,
        pools=frozenset({"doctor"}),
        needs_start=True,
    ),
}


def transition(
    appointment: Appointment, action: Action, caller: Caller, now: datetime, words: str = ""
) -> Appointment | Problem:
    """Return the appointment after an action, or why it may not be.

    Problems: NOT_FOUND, JUSTIFICATION_REQUIRED, INVALID_TRANSITION (it names the current status), TOO_EARLY.
    `appointment` is as of `now` (see `as_of`); `words` are the justification or the reason.
    """
    way = TRANSITIONS[action]
    if caller.pool not in way.pools or not takes_part(appointment, caller):
        return Denied((appointment.patient_id, appointment.id))
    if way.needs_words and not words.strip():
        return Problem(422, "JUSTIFICATION_REQUIRED", "Say why, in words.")
    if appointment.status not in way.sources:
        return Problem(409, "INVALID_TRANSITION", f"The appointment is {appointment.status}.")
    if way.needs_start and now < appointment.starts_at:
        return Problem(409, "TOO_EARLY", "The appointment has not started.")
    changed = moved(appointment, way.target, now, caller.actor, caller.pool)
    return changed.model_copy(update=_traces(action, caller, now, words.strip()))


def takes_part(appointment: Appointment, caller: Caller) -> bool:
    """Say whether the caller is the appointment's patient or its doctor."""
    return caller.is_person("patient", appointment.patient_id) or caller.is_person("doctor", appointment.doctor_id)


def as_of(appointment: Appointment, now: datetime) -> Appointment:
    """Return an appointment as it stands at `now`: a request that nobody answered expires when it would start."""
    if appointment.status is AppointmentStatus.REQUESTED and now >= appointment.starts_at:
        entry = HistoryEntry(status=AppointmentStatus.EXPIRED, at=appointment.starts_at, by=SERVICE, pool="service")
        return appointment.model_copy(
            update={"status": AppointmentStatus.EXPIRED, "history": (*appointment.history, entry)}
        )
    return appointment


def moved(appointment: Appointment, status: AppointmentStatus, now: datetime, by: str, pool: Pool) -> Appointment:
    """Return the next version of an appointment, in another status, with its history."""
    entry = HistoryEntry(status=status, at=now, by=by, pool=pool)
    return appointment.model_copy(
        update={"status": status, "version": appointment.version + 1, "history": (*appointment.history, entry)}
    )


def with_meeting(appointment: Appointment, meeting: Meeting) -> Appointment | Problem:
    """Return the appointment with its meeting as the calendar has it, or INVALID_TRANSITION before a confirmation."""
    if appointment.meeting is None:
        return Problem(409, "INVALID_TRANSITION", f"The appointment is {appointment.status}.")
    if appointment.meeting == meeting:
        return appointment
    return appointment.model_copy(update={"meeting": meeting, "version": appointment.version + 1})


def _traces(action: Action, caller: Caller, now: datetime, words: str) -> dict[str, Any]:
    """Return what an action leaves on the appointment besides its status."""
    match action:
        case Action.CONFIRM:
            return {"meeting": Meeting(status=MeetingStatus.PENDING, url=None, event_id=None)}
        case Action.DECLINE:
            return {"decline_reason": words}
        case Action.CANCEL:
            by = Party.PATIENT if caller.pool == "patient" else Party.DOCTOR
            return {"cancellation": Cancellation(by=by, justification=words, at=now)}
        case Action.COMPLETE:
            return {}
