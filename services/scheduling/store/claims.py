"""Who holds which five minutes: the items that make a double booking impossible.

One item a person and UTC day (`CLAIMS#DOCTOR#id`, `DAY#2026-11-24`) with one attribute a claimed cell (`c0540`: the
minute of the day) that names the appointment. Requests claim as confirmed appointments do.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from services.common.table import Item, Table, Write
from services.scheduling.models import Appointment
from services.scheduling.rules.cells import by_day, cell_named, cells_of
from services.scheduling.rules.hours import Interval
from services.scheduling.rules.transitions import ACTIVE

DAY: Final = "DAY#"
LAST_DAY: Final = f"{DAY}9999"

Claimed = Mapping[int, str]


def doctor_claims(doctor_id: str) -> str:
    """Return the partition of a doctor's claims."""
    return f"CLAIMS#DOCTOR#{doctor_id}"


def patient_claims(patient_id: str) -> str:
    """Return the partition of a patient's claims."""
    return f"CLAIMS#PATIENT#{patient_id}"


def claim_writes(appointment: Appointment) -> Sequence[Write]:
    """Claim every cell of an appointment for its doctor and patient, each only where nobody holds it."""
    return [
        Write(
            kind="Update",
            key=(partition, f"{DAY}{day}"),
            update="SET " + ", ".join(f"{name} = :appointment" for name in names),
            condition=" AND ".join(f"attribute_not_exists({name})" for name in names),
            values={":appointment": appointment.id},
        )
        for partition, day, names in _touched(appointment)
    ]


def release_writes(appointment: Appointment) -> Sequence[Write]:
    """Give up every cell of an appointment. The caller's version condition says that they are its own."""
    return [
        Write(kind="Update", key=(partition, f"{DAY}{day}"), update="REMOVE " + ", ".join(names))
        for partition, day, names in _touched(appointment)
    ]


def claims_items(appointments: Iterable[Appointment]) -> Sequence[Item]:
    """Return the claims of many appointments as whole items, one a person and day: for seeding an empty table.

    Only active appointments claim; raise `ValueError` where two of them overlap.
    """
    items: dict[tuple[str, str], Item] = {}
    for appointment in appointments:
        if appointment.status not in ACTIVE:
            continue
        for partition, day, names in _touched(appointment):
            item = items.setdefault((partition, day), {"pk": partition, "sk": f"{DAY}{day}"})
            for name in names:
                if item.setdefault(name, appointment.id) != appointment.id:
                    message = f"{appointment.id} overlaps {item[name]}"
                    raise ValueError(message)
    return list(items.values())


async def claimed_from(table: Table, partition: str, instant: datetime) -> Claimed:
    """Read a person's claims from the day before `instant` on: cell -> appointment id, strongly consistent."""
    since = f"{DAY}{(instant - timedelta(days=1)).date().isoformat()}"
    return _claimed((await table.query(partition, between=(since, LAST_DAY))).items)


async def claimed_by(table: Table, slots: Mapping[str, Sequence[Interval]]) -> Mapping[str, Claimed]:
    """Read doctors' claims on the UTC days that their slots touch, 100 person-days a call, strongly consistent."""
    found = await table.get(
        (doctor_claims(doctor_id), f"{DAY}{day.isoformat()}")
        for doctor_id, intervals in slots.items()
        for day in {moment.date() for interval in intervals for moment in interval}
    )
    claimed: dict[str, dict[int, str]] = {doctor_id: {} for doctor_id in slots}
    for (partition, _), item in found.items():
        claimed[partition.removeprefix(doctor_claims(""))] |= _claimed([item])
    return claimed


def _touched(appointment: Appointment) -> Sequence[tuple[str, str, list[str]]]:
    """Return (partition, UTC day, names of cells) for each item that an appointment touches."""
    days = by_day(cells_of(appointment.starts_at, appointment.ends_at))
    people = (doctor_claims(appointment.doctor_id), patient_claims(appointment.patient_id))
    return [(partition, day, names) for partition in people for day, names in days.items()]


def _claimed(items: Iterable[Item]) -> dict[int, str]:
    return {
        cell_named(item["sk"].removeprefix(DAY), name): holder
        for item in items
        for name, holder in item.items()
        if name not in {"pk", "sk"}
    }
