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
from services.scheduling.store.availability import availability_key, availability_of, booking_write
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
        self._appointments: Final = Appointments(table, clock)
        self._clock: Final = clock

    async def book(self, booking: Booking, patient_id: str) -> Appointment:
        """Request an appointment; the same key and booking again return it as it is now.

        Raises the problems CONSENT_REQUIRED, SLOT_UNAVAILABLE, SLOT_TAKEN, BOOKING_LIMIT_REACHED, IDEMPOTENCY_CONFLICT.
        """
        if not booking.telemedicine_consent:
            raise Problem(422, "CONSENT_REQUIRED", "Remote care needs the patient's consent.")
        for _ in range(MAX_ATTEMPTS):
            used, availability, counted = await self._read(booking, patient_id)
            if used is not None:
                return await self._replayed(booking, used)
            if availability is None:
                raise slot_unavailable()
            appointment = await self._requested(booking, patient_id, availability)
            await self._check_limit(patient_id)
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
                if (used := (await self._read(booking, patient_id))[0]) is not None:
                    return await self._replayed(booking, used)
                raise slot_taken() from lost
            return appointment
        raise Contended

    async def _read(self, booking: Booking, patient_id: str) -> tuple[Item | None, Availability | None, int]:
        """Read what the transaction will demand to be unchanged, in one call.

        That is the use of the idempotency key, the doctor's availability, and how often the patient has booked.
        """
        key, count = _idempotency_key(booking, patient_id), _count_key(patient_id)
        hours = availability_key(booking.doctor_id)
        items = await self._table.get([key, hours, count])
        availability = availability_of(items[hours]) if hours in items else None
        return items.get(key), availability, items.get(count, {"bookings": 0})["bookings"]

    async def _replayed(self, booking: Booking, used: Item) -> Appointment:
        """Return the appointment that this key has made; raise IDEMPOTENCY_CONFLICT where another booking made it."""
        if used["digest"] != _digest(booking):
            raise Problem(409, "IDEMPOTENCY_CONFLICT", "This idempotency key was used for another booking.")
        return (await self._appointments.get([used["appointmentId"]]))[0]

    async def _requested(self, booking: Booking, patient_id: str, availability: Availability) -> Appointment:
        doctors = await self._directory.get([booking.doctor_id])
        if not doctors:
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
        return appointment

    async def _check_limit(self, patient_id: str) -> None:
        """Raise BOOKING_LIMIT_REACHED.

        The claims are read after the count: a booking in between makes the transaction fail, and all is read again.
        """
        now = self._clock()
        claimed = await claimed_from(self._table, patient_claims(patient_id), now)
        if (problem := limit_problem(claimed, now)) is not None:
            raise problem


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
