"""Lists of appointments, each the partition of an index, read in the order of when the appointments start."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.common.table import Item, Table
from services.scheduling.models import Appointment, AppointmentStatus
from services.scheduling.store.cursors import place_of

_FIRST: Final = "0"
_LAST: Final = "9999"
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One list: a partition of an index, and whether it is read from its end."""

    index: str
    partition: str
    newest_first: bool

    def place(self, appointment: Appointment) -> dict[str, str]:
        """Return the index keys that put an appointment into this list."""
        return {f"{self.index}pk": self.partition, f"{self.index}sk": sort_key(appointment)}


EVERYONE: Final = Line(index="gsi3", partition="ALL", newest_first=True)


def patient_line(patient_id: str) -> Line:
    """Return the list of a patient's appointments, the newest start first."""
    return Line(index="gsi1", partition=f"PATIENT#{patient_id}", newest_first=True)


def doctor_line(doctor_id: str) -> Line:
    """Return the list of a doctor's appointments, the earliest start first."""
    return Line(index="gsi2", partition=f"DOCTOR#{doctor_id}", newest_first=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which appointments of a list: those that start in [starts_from, starts_before), of statuses, of a doctor.

    An empty `statuses` means all of them.
    """

    starts_from: datetime | None = None
    starts_before: datetime | None = None
    statuses: frozenset[AppointmentStatus] = frozenset()
    doctor_id: str | None = None

    def has(self, appointment: Appointment) -> bool:
        """Say whether an appointment, whose start is within the bounds, is of the statuses and the doctor."""
        return (not self.statuses or appointment.status in self.statuses) and (
            self.doctor_id is None or appointment.doctor_id == self.doctor_id
        )

    def bounds(self) -> tuple[str, str]:
        """Return the sort keys between which the starts lie. Appointments start on whole seconds: so round up."""
        low = stamp(_whole(self.starts_from)) if self.starts_from else _FIRST
        return (low, stamp(_whole(self.starts_before)) if self.starts_before else _LAST)


async def items_of(
    table: Table, line: Line, selection: Selection, after: str | None = None, batch: int | None = None
) -> AsyncIterator[Item]:
    """Yield the items of a list within the selection's bounds, only those behind the cursor `after`.

    They are read `batch` at a time; None is for those who want them all.
    """
    low, high = selection.bounds()
    seen = str(place_of(after, str)[0]) if after is not None else None
    if seen is not None and line.newest_first:
        high = min(high, seen)
    elif seen is not None:
        low = max(low, seen)
    key: str | None = None
    while low <= high:
        page = await table.query(
            line.partition,
            index=line.index,
            between=(low, high),
            descending=line.newest_first,
            limit=batch,
            after=key,
        )
        for item in page.items:
            if item[f"{line.index}sk"] != seen:
                yield item
        key = page.next
        if key is None:
            return


def sort_key(appointment: Appointment) -> str:
    """Return an appointment's place in every list: by start, then by id."""
    return f"{stamp(appointment.starts_at)}#{appointment.id}"


def stamp(instant: datetime) -> str:
    """Write an instant in UTC so that texts sort as instants do, to the second: `2026-11-24T12:00:00Z`."""
    return f"{instant:%Y-%m-%dT%H:%M:%SZ}"


def _whole(instant: datetime) -> datetime:
    """Round an instant up to a whole second."""
    whole = instant.replace(microsecond=0)
    return whole if whole == instant else whole + _SECOND
