"""Single appointments: booking one, and each step of its life."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.common.access import AccessOf
from services.common.callers import ANONYMOUS, Caller, CallerOf
from services.common.wire import Ids, Problem, Wire, split_ids
from services.scheduling.models import Appointment, Booking, Meeting, Text
from services.scheduling.routes.parts import EVENTS, Parts, PartsOf, PathId, is_erp, require
from services.scheduling.rules.transitions import TRANSITIONS, Action, takes_part, transition, with_meeting

routes = APIRouter()


class Justification(Wire):
    """Why somebody cancels, in words."""

    justification: Text


class Reason(Wire):
    """Why a doctor declines, in words."""

    reason: Text


@routes.get("/appointments")
async def appointments(ids: Ids, caller: CallerOf, parts: PartsOf, access: AccessOf) -> Sequence[Appointment]:
    """Read appointments by id, in no order: people their own, the ERP and services any."""
    sees_all = is_erp(caller) or caller.is_service()
    seen = []
    for each in await parts.appointments.get(split_ids(ids)):
        if sees_all or takes_part(each, caller):
            seen.append(each)
        else:
            access.denied(each.patient_id, each.id)
    return seen


@routes.post("/appointments", status_code=201)
async def book(booking: Booking, caller: CallerOf, parts: PartsOf) -> Appointment:
    """Request an appointment as a patient.

    Problems: SLOT_TAKEN, SLOT_UNAVAILABLE, CONSENT_REQUIRED, BOOKING_LIMIT_REACHED, IDEMPOTENCY_CONFLICT.
    """
    require(caller.pool == "patient" and caller.actor != ANONYMOUS)
    return await parts.bookings.book(booking, caller.actor)


@routes.post("/appointments/{appointment_id}/confirm")
async def confirm(appointment_id: PathId, caller: CallerOf, parts: PartsOf) -> Appointment:
    """Accept a request as its doctor: NOT_FOUND, INVALID_TRANSITION."""
    return await _act(Action.CONFIRM, appointment_id, caller, parts)


@routes.post("/appointments/{appointment_id}/decline")
async def decline(appointment_id: PathId, reason: Reason, caller: CallerOf, parts: PartsOf) -> Appointment:
    """Refuse a request as its doctor: NOT_FOUND, JUSTIFICATION_REQUIRED, INVALID_TRANSITION."""
    return await _act(Action.DECLINE, appointment_id, caller, parts, reason.reason)


@routes.post("/appointments/{appointment_id}/cancel")
async def cancel(appointment_id: PathId, why: Justification, caller: CallerOf, parts: PartsOf) -> Appointment:
    """Call off as the patient or the doctor: NOT_FOUND, JUSTIFICATION_REQUIRED, INVALID_TRANSITION."""
    return await _act(Action.CANCEL, appointment_id, caller, parts, why.justification)


@routes.post("/appointments/{appointment_id}/complete")
async def complete(appointment_id: PathId, caller: CallerOf, parts: PartsOf) -> Appointment:
    """Close as its doctor once it has started: NOT_FOUND, INVALID_TRANSITION, TOO_EARLY."""
    return await _act(Action.COMPLETE, appointment_id, caller, parts)


@routes.put("/appointments/{appointment_id}/meeting", status_code=204)
async def put_meeting(appointment_id: PathId, meeting: Meeting, caller: CallerOf, parts: PartsOf) -> None:
    """Keep the meeting as the calendar has it; once more changes nothing. For events only."""
    require(caller.is_service(EVENTS))
    await parts.appointments.change(appointment_id, lambda appointment: with_meeting(appointment, meeting))


async def _act(action: Action, appointment_id: str, caller: Caller, parts: Parts, words: str = "") -> Appointment:
    """Refuse a pool that has no such action before anything is read; the rule says the rest."""
    require(caller.pool in TRANSITIONS[action].pools)

    def rule(appointment: Appointment) -> Appointment | Problem:
        return transition(appointment, action, caller, parts.clock(), words)

    return await parts.appointments.change(appointment_id, rule)
