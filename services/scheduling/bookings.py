"""Booking: one transaction that claims the time, or nothing.

It demands, all at once: each cell free for the doctor and for the patient, the availability still the one that offers
the slot, the patient's booking count still the one under which the limit was checked, the idempotency key new. With
them it writes the appointment and its event.
"""

import hashlib
from typing import Final

from services.common.clock import Clock
from services.common.ids import new_id
from services.common.table import ConditionFailed, Contended, Item, Key, Table, Write, put
from services.common.wire import Problem
from services.scheduling.models import Appointment, Availability, Booking
from services.scheduling.rules.booking import limit_problem, requested, slot_taken, slot_unavailable
from services.scheduling.store.appointments import Appointments, appointment_event, appointment_item
from services.scheduling.store.availability import Availabilities, booking_write
from services.scheduling.store.claims import claim_writes, claimed_from, patient_claims
from services.scheduling.store.directory import Directory

STATE: Final = "STATE"
# Each lost round means that another booking of the same patient or doctor was written.
MAX_ATTEMPTS: Final = 20


class Bookings:
    """What patients ask for."""

    def __init__(self, table: Table, directory: Directory, clock: Clock) -> None:
        self._table: Final = table
        self._directory: Final = directory
        self._availabilities: Final = Availabilities(table)
        self._appointments: Final = Appointments(table, clock)
        self._clock: Final = clock

    async def book(self, booking: Booking, patient_id: str) -> Appointment:
        """Request an appointment; the same key and booking again return it as it is now.

        Raises the problems CONSENT_REQUIRED, SLOT_UNAVAILABLE, SLOT_TAKEN, BOOKING_LIMIT_REACHED, IDEMPOTENCY_CONFLICT.
        """
        if not booking.telemedicine_consent:
            raise Problem(422, "CONSENT_REQUIRED", "Remote care needs the patient's consent.")
        for _ in range(MAX_ATTEMPTS):
            if (before := await self._booked(booking, patient_id)) is not None:
                return before
            appointment, availability = await self._requested(booking, patient_id)
            counted = await self._count(patient_id)
            claims = claim_writes(appointment)
            others = [
                put(appointment_item(appointment), new=True),
                put(_idempotency_item(booking, appointment), new=True),
                booking_write(availability),
                _count_write(patient_id, counted),
                appointment_event(appointment),
            ]
            try:
                await self._table.transact([*claims, *others])
            except ConditionFailed as lost:
                if lost.failed.isdisjoint(range(len(claims))):
                    continue
                # The time may have been taken by this very request, sent twice.
                if (before := await self._booked(booking, patient_id)) is not None:
                    return before
                raise slot_taken() from lost
            return appointment
        raise Contended

    async def _booked(self, booking: Booking, patient_id: str) -> Appointment | None:
        """Return the appointment that this key has made, if any; raise IDEMPOTENCY_CONFLICT for another booking's."""
        key = _idempotency_key(booking, patient_id)
        item = (await self._table.get([key])).get(key)
        if item is None:
            return None
        if item["digest"] != _digest(booking):
            raise Problem(409, "IDEMPOTENCY_CONFLICT", "This idempotency key was used for another booking.")
        return (await self._appointments.get([item["appointmentId"]]))[0]

    async def _requested(self, booking: Booking, patient_id: str) -> tuple[Appointment, Availability]:
        doctors = await self._directory.get([booking.doctor_id])
        availability = (await self._availabilities.get([booking.doctor_id])).get(booking.doctor_id)
        if not doctors or availability is None:
            raise slot_unavailable()
        now = self._clock()
        appointment = requested(
            booking,
            appointment_id=new_id("apt", now),
            patient_id=patient_id,
            doctor=doctors[0],
            availability=availability,
            now=now,
        )
        if isinstance(appointment, Problem):
            raise appointment
        return appointment, availability

    async def _count(self, patient_id: str) -> int:
        """Return how often the patient has booked; raise BOOKING_LIMIT_REACHED.

        The count is read before the claims: a booking in between makes the transaction fail, and all is read again.
        """
        key = _count_key(patient_id)
        counted = (await self._table.get([key])).get(key, {"bookings": 0})["bookings"]
        claimed = await claimed_from(self._table, patient_claims(patient_id), self._clock())
        if (problem := limit_problem(claimed, self._clock())) is not None:
            raise problem
        return int(counted)


def _count_write(patient_id: str, counted: int) -> Write:
    return Write(
        kind="Update",
        key=_count_key(patient_id),
        update="SET bookings = :next",
        condition="bookings = :counted" if counted else "attribute_not_exists(bookings)",
        values={":next": counted + 1} | ({":counted": counted} if counted else {}),
    )


def _count_key(patient_id: str) -> Key:
    return (f"BOOKINGS#PATIENT#{patient_id}", STATE)


def _idempotency_item(booking: Booking, appointment: Appointment) -> Item:
    pk, sk = _idempotency_key(booking, appointment.patient_id)
    return {"pk": pk, "sk": sk, "digest": _digest(booking), "appointmentId": appointment.id}


def _idempotency_key(booking: Booking, patient_id: str) -> Key:
    return (f"IDEMPOTENCY#{patient_id}#{booking.idempotency_key}", STATE)


def _digest(booking: Booking) -> str:
    """Return a hash of what was asked for: the item keeps no word of the patient's reason."""
    return hashlib.sha256(booking.model_dump_json(exclude={"idempotency_key"}).encode()).hexdigest()
