"""What becomes of an appointment, through scheduling's own transitions: so it is what the service would store."""

from datetime import timedelta
from random import Random
from typing import Final

from clients.google.event_ids import event_id_of
from clients.ids import AppointmentId
from sandbox.demo.dice import one_in
from sandbox.demo.doctors import DemoDoctor
from sandbox.demo.words import DECLINE_REASONS, JUSTIFICATIONS
from sandbox.google.seed import SeededEvent
from services.common.callers import Caller
from services.common.wire import Problem
from services.scheduling.models import Appointment, AppointmentStatus, Meeting, MeetingStatus
from services.scheduling.rules.transitions import SERVICE, Action, moved, transition, with_meeting

_ANSWER_TIME: Final = timedelta(hours=3)


def lived(  # noqa: PLR0911  one return a status
    appointment: Appointment, doctor: DemoDoctor, status: AppointmentStatus, rng: Random
) -> Appointment:
    """Return a requested appointment once it has come to `status`, three hours a step."""
    patient, physician = Caller(appointment.patient_id, "patient"), Caller(doctor.id, "doctor")
    answered_at = appointment.created_at + _ANSWER_TIME
    match status:
        case AppointmentStatus.REQUESTED:
            return appointment
        case AppointmentStatus.EXPIRED:
            return moved(appointment, status, appointment.starts_at, SERVICE, "service")
        case AppointmentStatus.DECLINED:
            reason = rng.choice(DECLINE_REASONS)
            return allowed(transition(appointment, Action.DECLINE, physician, answered_at, reason))
        case AppointmentStatus.CANCELLED:
            before = appointment if one_in(2, rng) else _ready(appointment, doctor)
            who, why = rng.choice((patient, physician)), rng.choice(JUSTIFICATIONS)
            return allowed(transition(before, Action.CANCEL, who, answered_at + _ANSWER_TIME, why))
        case AppointmentStatus.CONFIRMED:
            return _ready(appointment, doctor)
        case AppointmentStatus.COMPLETED:
            return allowed(transition(_ready(appointment, doctor), Action.COMPLETE, physician, appointment.ends_at))
        case AppointmentStatus.NO_SHOW:
            return moved(_ready(appointment, doctor), status, appointment.ends_at, doctor.id, "doctor")


def meeting_event(appointment: Appointment, doctor: DemoDoctor) -> SeededEvent:
    """Return the Google event of an appointment once it is confirmed."""
    return SeededEvent(
        calendar_id=doctor.calendar_id,
        event_id=event_id_of(AppointmentId(appointment.id), attempt=1),
        summary="Teleconsulta HealthMed",
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        time_zone=appointment.time_zone,
        appointment_id=appointment.id,
    )


def allowed(result: Appointment | Problem) -> Appointment:
    """Return what scheduling's rules returned; raise what they refused."""
    if isinstance(result, Problem):
        raise result
    return result


def _ready(appointment: Appointment, doctor: DemoDoctor) -> Appointment:
    """Return the appointment confirmed, its Meet link there."""
    answered_at = appointment.created_at + _ANSWER_TIME
    confirmed = allowed(transition(appointment, Action.CONFIRM, Caller(doctor.id, "doctor"), answered_at))
    event = meeting_event(confirmed, doctor)
    meeting = Meeting(status=MeetingStatus.READY, url=event.link, event_id=event.event_id)
    return allowed(with_meeting(confirmed, meeting))
