"""The whole demo: who there is and what has happened, the same for the same day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from sandbox.demo.appointments import Calendar, weekdays_from
from sandbox.demo.care import Care, DemoRecord
from sandbox.demo.dice import one_in
from sandbox.demo.doctors import DemoDoctor, doctors
from sandbox.demo.lives import meeting_event
from sandbox.demo.patients import patients
from sandbox.demo.words import ENGAGEMENTS
from sandbox.google.seed import SeededEvent
from sandbox.people import ANA, CARLA, ELISA
from services.erp.models import Admin, Invoice, InvoiceStatus
from services.records.models import Grant, Note, Profile
from services.scheduling.models import Appointment, AppointmentStatus, MeetingStatus

HOME_ZONE: Final = ZoneInfo("America/Sao_Paulo")
_SEED: Final = 20260101
_ENGAGEMENT: Final = timedelta(hours=2)
_PAID: Final = timedelta(days=10)

# What Ana has had and will have with Bruno, in order of weekdays back from, and on from, the demo's day.
_ANAS_PAST: Final = (AppointmentStatus.COMPLETED, AppointmentStatus.CANCELLED, AppointmentStatus.COMPLETED)
_ANAS_FUTURE: Final = (AppointmentStatus.CONFIRMED, AppointmentStatus.REQUESTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The demo's data, as the services' own models."""

    admins: Sequence[Admin]
    doctors: Sequence[DemoDoctor]
    patients: Sequence[Profile]
    appointments: Sequence[Appointment]
    invoices: Sequence[Invoice]
    events: Sequence[SeededEvent]
    records: Sequence[DemoRecord]
    grants: Sequence[Grant]
    notes: Sequence[Note]

    @classmethod
    def of(cls, today: date) -> "World":
        """Return the demo that begins at midnight of `today` in São Paulo."""
        rng = Random(_SEED)
        begins = datetime.combine(today, time(), HOME_ZONE).astimezone(UTC)
        everyone, all_patients = doctors(begins, rng), patients(begins, rng)
        calendar = Calendar(begins, rng)
        _story(calendar, everyone, today)
        calendar.fill(everyone, all_patients, today)
        care = _care(calendar.made, begins, rng)
        by_id = {doctor.id: doctor for doctor in everyone}
        return cls(
            admins=[Admin(id=CARLA.id, name=CARLA.name, email=CARLA.email, roles=("admin",))],
            doctors=everyone,
            patients=all_patients,
            appointments=calendar.made,
            invoices=[_invoice(each, begins, rng) for each in calendar.made if _is_completed(each)],
            events=[
                *(meeting_event(each, by_id[each.doctor_id]) for each in calendar.made if _is_in_google(each)),
                *(_engagement(doctor, number, begins, rng) for doctor in everyone for number in range(3)),
            ],
            records=care.records,
            grants=care.grants,
            notes=care.notes,
        )


def _story(calendar: Calendar, everyone: Sequence[DemoDoctor], today: date) -> None:
    """Give Ana her appointments: with Bruno, with Diego, and with the first two of the other doctors."""
    bruno, diego, *others = everyone
    before = weekdays_from(today - timedelta(days=3), step=-1)
    for status in _ANAS_PAST:
        calendar.add_next(bruno, ANA.id, before, status)
    calendar.add_next(diego, ANA.id, before, AppointmentStatus.DECLINED)
    calendar.add_next(others[0], ANA.id, before, AppointmentStatus.COMPLETED)
    after = weekdays_from(today + timedelta(days=1))
    for status in _ANAS_FUTURE:
        calendar.add_next(bruno, ANA.id, after, status)
    calendar.add_next(others[1], ANA.id, after, AppointmentStatus.CONFIRMED)
    calendar.add_next(diego, ELISA.id, after, AppointmentStatus.CONFIRMED)


def _care(appointments: Sequence[Appointment], begins: datetime, rng: Random) -> Care:
    """File records for one patient in four, share some with a doctor whom the patient has seen, note some visits."""
    care = Care(begins, rng)
    seen = {each.patient_id: each.doctor_id for each in reversed(appointments) if _is_completed(each)}
    for place, record in enumerate(care.file(ANA.id, range(6))):
        if place in {0, 3}:
            care.share(record, seen[ANA.id], days=31)
    for patient_id in sorted(seen):
        if patient_id != ANA.id and one_in(4, rng):
            for record in care.file_some(patient_id):
                if one_in(2, rng):
                    care.share(record, seen[patient_id], days=rng.choice((31, 8, -1)))
    for each in appointments:
        if _is_completed(each) and (each.patient_id == ANA.id or one_in(5, rng)):
            care.note(each)
    return care


def _invoice(appointment: Appointment, begins: datetime, rng: Random) -> Invoice:
    """Bill a completed appointment: paid after ten days, but for some; a few were refunded."""
    status = InvoiceStatus.OPEN
    if appointment.ends_at < begins - _PAID and not one_in(12, rng):
        status = InvoiceStatus.REFUNDED if one_in(30, rng) else InvoiceStatus.PAID
    return Invoice(
        id=f"inv_{appointment.id.removeprefix('apt_')}",
        appointment_id=appointment.id,
        patient_id=appointment.patient_id,
        doctor_id=appointment.doctor_id,
        amount_cents=appointment.price_cents,
        currency="BRL",
        status=status,
        issued_at=appointment.history[-1].at,
    )


def _engagement(doctor: DemoDoctor, number: int, begins: datetime, rng: Random) -> SeededEvent:
    """Return one of a doctor's own engagements in the evenings of the coming days."""
    local = begins.astimezone(ZoneInfo(doctor.registration.time_zone)).replace(hour=18)
    starts_at = (local + timedelta(days=number * 3 + rng.randrange(3))).astimezone(UTC)
    return SeededEvent(
        calendar_id=doctor.calendar_id,
        event_id=f"{doctor.id.removeprefix('doc_').translate(_GOOGLES_LETTERS)}{number}",
        summary=rng.choice(ENGAGEMENTS),
        starts_at=starts_at,
        ends_at=starts_at + _ENGAGEMENT,
        time_zone=doctor.registration.time_zone,
    )


# Google's ids have no letters after v.
_GOOGLES_LETTERS: Final = str.maketrans("wxyz", "ilou")


def _is_completed(appointment: Appointment) -> bool:
    return appointment.status is AppointmentStatus.COMPLETED


def _is_in_google(appointment: Appointment) -> bool:
    """Say whether there is an event: a cancelled appointment's was deleted."""
    ready = appointment.meeting is not None and appointment.meeting.status is MeetingStatus.READY
    return ready and appointment.status is not AppointmentStatus.CANCELLED
