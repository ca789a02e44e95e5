"""What a patient may book: a slot that an active doctor offers, with consent, within a limit."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from services.common.wire import Problem
from services.scheduling.doctors import Doctor, DoctorStatus
from services.scheduling.models import Appointment, AppointmentStatus, Availability, Booking, HistoryEntry
from services.scheduling.rules.cells import held_by
from services.scheduling.rules.slots import slot_at

MAX_ACTIVE: Final = 10


def slot_taken() -> Problem:
    """Say that the doctor or the patient has something at that time."""
    return Problem(409, "SLOT_TAKEN", "The doctor or the patient is busy at that time.")


def slot_unavailable() -> Problem:
    """Say that the doctor does not offer that time."""
    return Problem(422, "SLOT_UNAVAILABLE", "The doctor does not offer that time.")


def requested(  # noqa: PLR0913  all that an appointment is made from
    booking: Booking, *, appointment_id: str, patient_id: str, doctor: Doctor, availability: Availability, now: datetime
) -> Appointment | Problem:
    """Return the appointment that a booking asks for, or SLOT_UNAVAILABLE."""
    slot = slot_at(availability, booking.starts_at, now)
    if slot is None or doctor.status is not DoctorStatus.ACTIVE:
        return slot_unavailable()
    return Appointment(
        id=appointment_id,
        patient_id=patient_id,
        doctor_id=doctor.id,
        status=AppointmentStatus.REQUESTED,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        time_zone=availability.time_zone,
        price_cents=doctor.price_cents,
        currency=doctor.currency,
        reason=booking.reason,
        created_at=now,
        version=1,
        telemedicine_consent_at=now,
        cancellation=None,
        decline_reason=None,
        meeting=None,
        history=(HistoryEntry(status=AppointmentStatus.REQUESTED, at=now, by=patient_id, pool="patient"),),
    )


def limit_problem(claimed: Mapping[int, str], now: datetime) -> Problem | None:
    """Refuse one more booking to a patient with `MAX_ACTIVE` appointments ahead.

    `claimed`: the cells that the patient holds, cell -> appointment id. Only active appointments hold cells.
    """
    if sum(starts_at > now for starts_at, _ in held_by(claimed).values()) < MAX_ACTIVE:
        return None
    return Problem(409, "BOOKING_LIMIT_REACHED", f"A patient has at most {MAX_ACTIVE} appointments ahead.")
