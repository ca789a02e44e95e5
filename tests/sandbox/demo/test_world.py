"""The demo's data keeps the promises of the services' own rules."""

import re
import struct
import zlib
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest

from sandbox.demo.files import pdf
from sandbox.demo.world import World
from sandbox.people import ANA, BRUNO, DIEGO, ELISA
from services.erp.models import CrmInput
from services.erp.rules import crm_of, parse_crm, parse_email
from services.records.rules.identity import cpf_of, email_of, phone_of
from services.scheduling.doctors import SPECIALTIES
from services.scheduling.models import Appointment, AppointmentStatus, MeetingStatus
from services.scheduling.rules.booking import MAX_ACTIVE
from services.scheduling.rules.slots import offered_slots, slot_at
from services.scheduling.rules.transitions import ACTIVE
from services.scheduling.store.claims import claims_items

TODAY = date(2026, 11, 24)
BEGINS = datetime(2026, 11, 24, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def world() -> World:
    return World.of(TODAY)


def test_the_same_day_gives_the_same_demo(world: World) -> None:
    assert World.of(TODAY) == world


def test_sizes_are_as_promised(world: World) -> None:
    assert (len(world.doctors), len(world.patients), len(world.appointments)) == (300, 1000, 5000)
    assert {code for doctor in world.doctors for code in doctor.registration.specialties} == {
        specialty.code for specialty in SPECIALTIES
    }
    starts = [each.starts_at for each in world.appointments]
    assert timedelta(days=85) < max(starts) - min(starts) < timedelta(days=90)


def test_every_logins_person_is_one_of_a_kind(world: World) -> None:
    registrations = [doctor.registration for doctor in world.doctors]
    ids = [each.id for each in registrations]
    ids += [each.id for each in world.patients] + [each.id for each in world.appointments]
    logins = [login for each in world.patients for login in (each.cpf, each.email)]
    logins += [each.email for each in registrations]
    crms = [(each.crm.number, each.crm.state) for each in registrations]
    for values in (ids, logins, crms):
        assert [value for value, count in Counter(values).items() if count > 1] == []


def test_documents_are_valid_ones(world: World) -> None:
    for patient in world.patients:
        assert (cpf_of(patient.cpf), email_of(patient.email), phone_of(patient.phone)) == (
            patient.cpf,
            patient.email,
            patient.phone,
        )
    for doctor in world.doctors:
        crm = doctor.registration.crm
        assert crm_of(CrmInput(number=crm.number, state=crm.state)) == crm
        assert parse_email(doctor.registration.email) == doctor.registration.email
    assert parse_crm(BRUNO.login) == world.doctors[0].registration.crm
    assert parse_crm(DIEGO.login) == world.doctors[1].registration.crm


def test_nobody_is_in_two_places_at_once(world: World) -> None:
    by_person: dict[str, list[Appointment]] = {}
    for each in world.appointments:
        by_person.setdefault(each.doctor_id, []).append(each)
        by_person.setdefault(each.patient_id, []).append(each)
    for appointments in by_person.values():
        appointments.sort(key=lambda each: each.starts_at)
        assert all(before.ends_at <= after.starts_at for before, after in pairwise(appointments))
    assert claims_items(world.appointments)


def test_appointments_are_ones_that_the_service_would_have_made(world: World) -> None:
    hours = {doctor.id: doctor.availability for doctor in world.doctors}
    ahead = Counter(each.patient_id for each in world.appointments if _is_ahead(each))
    assert max(ahead.values()) < MAX_ACTIVE
    for each in world.appointments:
        assert slot_at(hours[each.doctor_id], each.starts_at, each.created_at) == (each.starts_at, each.ends_at)
        assert each.created_at < BEGINS
        assert [entry.at for entry in each.history] == sorted(entry.at for entry in each.history)
        assert each.history[-1].status is each.status
        ready = each.meeting is not None and each.meeting.status is MeetingStatus.READY
        assert ready or each.status not in {AppointmentStatus.CONFIRMED, AppointmentStatus.COMPLETED}


def test_completed_appointments_are_billed_and_meetings_are_in_google(world: World) -> None:
    completed = {each.id for each in world.appointments if each.status is AppointmentStatus.COMPLETED}
    assert {invoice.appointment_id for invoice in world.invoices} == completed
    events = {event.event_id: event for event in world.events}
    assert len(events) == len(world.events)
    assert all(re.fullmatch("[a-v0-9]{5,1024}", event_id) for event_id in events)
    for each in world.appointments:
        if each.status is AppointmentStatus.CONFIRMED:
            assert each.meeting is not None
            event = events[each.meeting.event_id or ""]
            assert (event.link, event.starts_at) == (each.meeting.url, each.starts_at)


def test_ana_has_a_story(world: World) -> None:
    with_bruno = [each for each in world.appointments if (each.patient_id, each.doctor_id) == (ANA.id, BRUNO.id)]
    past = {each.status for each in with_bruno if each.starts_at < BEGINS}
    ahead = {each.status for each in with_bruno if each.starts_at >= BEGINS}
    assert past >= {AppointmentStatus.COMPLETED, AppointmentStatus.CANCELLED}
    assert ahead >= {AppointmentStatus.CONFIRMED, AppointmentStatus.REQUESTED}
    assert len({each.doctor_id for each in world.appointments if each.patient_id == ANA.id}) >= 4
    assert any(each.patient_id == ELISA.id for each in world.appointments)
    shares = [grant.share for grant in world.grants if grant.share.patient_id == ANA.id]
    assert {share.doctor_id for share in shares} == {BRUNO.id}
    assert all(share.expires_at > BEGINS + timedelta(days=20) for share in shares)
    assert len({record.record.category for record in world.records if record.record.patient_id == ANA.id}) == 4


def test_bruno_has_free_slots_on_each_of_the_next_weekdays(world: World) -> None:
    taken = {each.starts_at for each in world.appointments if each.doctor_id == BRUNO.id and _is_ahead(each)}
    for days in range(1, 8):
        day = TODAY + timedelta(days=days)
        slots = {start for start, _ in offered_slots(world.doctors[0].availability, day, 1, BEGINS)}
        assert bool(slots - taken) == (day.weekday() < 5)


def test_files_are_real_ones(world: World) -> None:
    for record in world.records:
        if record.record.content_type == "application/pdf":
            _check_pdf(record.data)
        else:
            _check_png(record.data)
    _check_pdf(pdf(r"Back\slash (and brackets)", ("São Paulo",)))


def _check_pdf(data: bytes) -> None:
    """Follow the document's own pointers: the end to the table, and the table to each object."""
    assert data.startswith(b"%PDF-1.4")
    assert data.endswith(b"%%EOF\n")
    table = int(data.split()[-2])
    assert data[table:].startswith(b"xref\n0 6\n")
    for number, line in enumerate(data[table:].splitlines()[3:8], start=1):
        assert data[int(line[:10]) :].startswith(b"%d 0 obj" % number)


def _check_png(data: bytes) -> None:
    """Read each chunk with its checksum, and the pixels."""
    place, chunks = 8, {}
    while place < len(data):
        (length,) = struct.unpack(">I", data[place : place + 4])
        kind, body = data[place + 4 : place + 8], data[place + 8 : place + 8 + length]
        assert struct.unpack(">I", data[place + 8 + length : place + 12 + length]) == (zlib.crc32(kind + body),)
        chunks[kind] = body
        place += length + 12
    width, height = struct.unpack(">II", chunks[b"IHDR"][:8])
    assert len(zlib.decompress(chunks[b"IDAT"])) == height * (width + 1)


def _is_ahead(appointment: Appointment) -> bool:
    return appointment.starts_at >= BEGINS and appointment.status in ACTIVE
