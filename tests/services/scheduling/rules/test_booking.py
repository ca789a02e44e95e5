from datetime import timedelta

import pytest

from services.common.wire import Problem
from services.scheduling.doctors import Doctor, DoctorStatus
from services.scheduling.models import Appointment, Booking
from services.scheduling.rules.booking import MAX_ACTIVE, limit_problem, requested
from services.scheduling.rules.cells import cells_of
from services.scheduling.store.directory import UNRATED
from tests.services.scheduling.world import FIRST, NOW, appointment, availability, registration
from tests.services.tokens import DOCTOR, PATIENT

BOOKING = Booking(
    doctor_id=DOCTOR.actor, starts_at=FIRST, reason="A check-up.", telemedicine_consent=True, idempotency_key="k"
)


def doctor(status: DoctorStatus = DoctorStatus.ACTIVE) -> Doctor:
    profile = registration(status=status).model_dump(exclude={"version"}, by_alias=False)
    return Doctor(**profile, id=DOCTOR.actor, rating=UNRATED)


def ask(booking: Booking, status: DoctorStatus = DoctorStatus.ACTIVE) -> Appointment | Problem:
    return requested(
        booking,
        appointment_id="apt_1",
        patient_id=PATIENT.actor,
        doctor=doctor(status),
        availability=availability(),
        now=NOW,
    )


def test_a_request_takes_price_and_zone_as_they_are() -> None:
    assert ask(BOOKING) == appointment()


@pytest.mark.parametrize(
    ("booking", "status"),
    [
        (BOOKING.model_copy(update={"starts_at": FIRST + timedelta(minutes=10)}), DoctorStatus.ACTIVE),
        (BOOKING.model_copy(update={"starts_at": NOW - timedelta(minutes=10)}), DoctorStatus.ACTIVE),
        (BOOKING, DoctorStatus.SUSPENDED),
    ],
)
def test_what_is_not_offered_is_refused(booking: Booking, status: DoctorStatus) -> None:
    refused = ask(booking, status)
    assert isinstance(refused, Problem)
    assert (refused.status, refused.code) == (422, "SLOT_UNAVAILABLE")


def claims(count: int) -> dict[int, str]:
    """Claim `count` appointments, one a day from tomorrow on."""
    starts = [FIRST + timedelta(days=day) for day in range(count)]
    return {
        cell: f"apt_{day}"
        for day, start in enumerate(starts)
        for cell in cells_of(start, start + timedelta(minutes=50))
    }


def test_the_limit_counts_appointments_ahead() -> None:
    assert limit_problem({}, NOW) is None
    assert limit_problem(claims(MAX_ACTIVE - 1), NOW) is None
    problem = limit_problem(claims(MAX_ACTIVE), NOW)
    assert problem is not None
    assert (problem.status, problem.code) == (409, "BOOKING_LIMIT_REACHED")


def test_one_that_has_started_is_not_ahead_although_it_still_holds_cells() -> None:
    assert limit_problem(claims(MAX_ACTIVE), FIRST) is None
