"""The demo's 5,000 appointments: 90 days of them around the day on which the demo begins."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Final

from sandbox.demo.doctors import DemoDoctor
from sandbox.demo.identity import demo_id
from sandbox.demo.lives import allowed, lived
from sandbox.demo.words import REASONS
from services.records.models import Profile
from services.scheduling.models import Appointment, AppointmentStatus, Booking
from services.scheduling.rules.booking import requested
from services.scheduling.rules.hours import Interval
from services.scheduling.rules.slots import offered_slots

APPOINTMENTS: Final = 5000
DAYS_BEFORE: Final = 70
DAYS_AFTER: Final = 20
_MOST_AHEAD: Final = 4
_LONGEST_NOTICE: Final = timedelta(days=15)
_FRIDAY: Final = 4

_PAST: Final = {
    AppointmentStatus.COMPLETED: 70,
    AppointmentStatus.CANCELLED: 12,
    AppointmentStatus.DECLINED: 6,
    AppointmentStatus.NO_SHOW: 6,
    AppointmentStatus.EXPIRED: 6,
}
_AHEAD: Final = {
    AppointmentStatus.CONFIRMED: 60,
    AppointmentStatus.REQUESTED: 24,
    AppointmentStatus.CANCELLED: 10,
    AppointmentStatus.DECLINED: 6,
}


@dataclass(slots=True)
class Calendar:
    """The appointments so far: nobody is in two places at once, and nobody has too many ahead.

    `begins` is the instant at which the demo begins: what starts before it is past.
    """

    begins: datetime
    rng: Random
    made: list[Appointment] = field(default_factory=list)
    _busy: dict[str, list[Interval]] = field(default_factory=dict)
    _ahead: dict[str, int] = field(default_factory=dict)

    def fill(self, doctors: Sequence[DemoDoctor], patients: Sequence[Profile], today: date) -> None:
        """Add appointments with the doctors that patients like until there are 5,000."""
        weights = list(accumulate(doctor.popularity for doctor in doctors))
        while len(self.made) < APPOINTMENTS:
            doctor = self.rng.choices(doctors, cum_weights=weights)[0]
            patient = self.rng.choice(patients)
            day = today + timedelta(days=self.rng.randrange(-DAYS_BEFORE, DAYS_AFTER))
            if patient.registered_at.date() < day - _LONGEST_NOTICE:
                self._add_on(day, doctor, patient.id)

    def add_next(self, doctor: DemoDoctor, patient_id: str, days: Iterator[date], status: AppointmentStatus) -> None:
        """Add an appointment on the first of `days` on which both can."""
        while not self._add_on(next(days), doctor, patient_id, status):
            pass

    def _add_on(
        self, day: date, doctor: DemoDoctor, patient_id: str, status: AppointmentStatus | None = None
    ) -> Appointment | None:
        slots = self._free(doctor, patient_id, day)
        if not slots:
            return None
        slot = self.rng.choice(slots)
        ahead = slot.starts_at >= self.begins
        if ahead and self._ahead.get(patient_id, 0) >= _MOST_AHEAD and status is None:
            return None
        chances = _AHEAD if ahead else _PAST
        became = status or self.rng.choices(list(chances), list(chances.values()))[0]
        appointment = lived(self._requested(doctor, patient_id, slot), doctor, became, self.rng)
        self.made.append(appointment)
        for person in (doctor.id, patient_id):
            self._busy.setdefault(person, []).append(slot)
        self._ahead[patient_id] = self._ahead.get(patient_id, 0) + ahead
        return appointment

    def _free(self, doctor: DemoDoctor, patient_id: str, day: date) -> Sequence[Interval]:
        week_before = datetime.combine(day, time(), UTC) - timedelta(days=7)
        busy = self._busy.get(doctor.id, []) + self._busy.get(patient_id, [])
        return [
            slot
            for slot in offered_slots(doctor.availability, day, 1, week_before)
            if not any(slot.starts_at < other.ends_at and other.starts_at < slot.ends_at for other in busy)
        ]

    def _requested(self, doctor: DemoDoctor, patient_id: str, slot: Interval) -> Appointment:
        """Return the request: made one to fifteen days ahead, and before the demo began."""
        latest = min(slot.starts_at, self.begins) - timedelta(days=1)
        notice = self.rng.randrange(_LONGEST_NOTICE // timedelta(minutes=1) - 24 * 60)
        asked_at = latest - timedelta(minutes=notice)
        booking = Booking(
            doctor_id=doctor.id,
            starts_at=slot.starts_at,
            reason=self.rng.choice(REASONS),
            telemedicine_consent=True,
            idempotency_key="demo",
        )
        return allowed(
            requested(
                booking,
                appointment_id=demo_id("apt", asked_at, self.rng),
                patient_id=patient_id,
                doctor=doctor.found,
                availability=doctor.availability,
                now=asked_at,
            )
        )


def weekdays_from(day: date, step: int = 1) -> Iterator[date]:
    """Yield the Mondays to Fridays from a day on, or backwards with `step` -1."""
    while True:
        if day.weekday() <= _FRIDAY:
            yield day
        day += timedelta(days=step)
