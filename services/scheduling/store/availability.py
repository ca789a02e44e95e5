"""Working hours in DynamoDB: one item a doctor (`AVAILABILITY#id`, `STATE`).

Its attribute `bookings` counts the bookings made under its version. A booking raises it under the condition that the
version still holds, and a save demands that it has not risen since the save looked for conflicts. So no booking slips
in between, at the price that bookings of one doctor are written one after another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.common.outbox import Event, event_write
from services.common.table import ConditionFailed, Contended, Item, Key, Table, Write, put
from services.common.wire import Problem
from services.scheduling.models import Availability, WorkingHours
from services.scheduling.rules.cells import held_by
from services.scheduling.rules.hours import Interval, covers
from services.scheduling.store.claims import claimed_from, doctor_claims

STATE: Final = "STATE"
MAX_ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class _Kept:
    availability: Availability
    bookings: int


def availability_key(doctor_id: str) -> Key:
    """Return where a doctor's availability is kept."""
    return (f"AVAILABILITY#{doctor_id}", STATE)


def availability_of(item: Item) -> Availability:
    """Read an availability's item."""
    return Availability.model_validate_json(item["body"])


def availability_item(availability: Availability) -> Item:
    """Return the item of an availability under which nothing was booked yet."""
    pk, sk = availability_key(availability.doctor_id)
    return {
        "pk": pk,
        "sk": sk,
        "version": availability.version,
        "bookings": 0,
        "body": availability.model_dump_json(),
    }


def booking_write(availability: Availability) -> Write:
    """Count one booking under the availability that it was checked against, provided that it still holds."""
    return Write(
        kind="Update",
        key=availability_key(availability.doctor_id),
        update="ADD bookings :one",
        condition="#version = :version",
        names={"#version": "version"},
        values={":one": 1, ":version": availability.version},
    )


class Availabilities:
    """When each doctor works."""

    def __init__(self, table: Table) -> None:
        self._table: Final = table

    async def get(self, doctor_ids: Iterable[str]) -> Mapping[str, Availability]:
        """Read availabilities by doctor id, strongly consistent; a doctor who never saved one is left out."""
        kept = await self._read(doctor_ids)
        return {doctor_id: each.availability for doctor_id, each in kept.items()}

    async def save(self, doctor_id: str, hours: WorkingHours, now: datetime) -> Availability:
        """Replace a doctor's working hours, which must have no flaw.

        Where an appointment that is yet to start would fall outside of them, raise AVAILABILITY_CONFLICT and change
        nothing.
        """
        for _ in range(MAX_ATTEMPTS):
            before = (await self._read([doctor_id])).get(doctor_id)
            await self._refuse_conflicts(doctor_id, hours, now)
            version = before.availability.version + 1 if before else 1
            after = Availability(**dict(hours), doctor_id=doctor_id, version=version)
            event = Event.of("availability.changed", doctor_id, version, now, {"doctorId": doctor_id})
            try:
                await self._table.transact([_replacing(before, after), event_write(event)])
            except ConditionFailed:
                continue
            return after
        raise Contended

    async def _read(self, doctor_ids: Iterable[str]) -> Mapping[str, _Kept]:
        items = await self._table.get(availability_key(doctor_id) for doctor_id in doctor_ids)
        found = [_Kept(availability_of(item), item["bookings"]) for item in items.values()]
        return {each.availability.doctor_id: each for each in found}

    async def _refuse_conflicts(self, doctor_id: str, hours: WorkingHours, now: datetime) -> None:
        held = held_by(await claimed_from(self._table, doctor_claims(doctor_id), now))
        outside = [
            appointment_id
            for appointment_id, (starts_at, ends_at) in held.items()
            if starts_at > now and not covers(hours, Interval(starts_at, ends_at))
        ]
        if outside:
            detail = "Appointments that are yet to start would fall outside of these hours."
            raise Problem(409, "AVAILABILITY_CONFLICT", detail, appointmentIds=outside)


def _replacing(before: _Kept | None, after: Availability) -> Write:
    if before is None:
        return put(availability_item(after), new=True)
    return Write(
        kind="Put",
        item=availability_item(after),
        condition="#version = :version AND bookings = :bookings",
        names={"#version": "version"},
        values={":version": before.availability.version, ":bookings": before.bookings},
    )
