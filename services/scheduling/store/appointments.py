"""Appointments in DynamoDB: one item each (`APPOINTMENT#id`, `STATE`), the whole appointment as its body.

Indexes: gsi1 by patient, gsi2 by doctor, gsi3 all; each in order of `startsAt#id`. History lives inside the body.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from services.common.clock import Clock
from services.common.outbox import Event, Scalar, event_write
from services.common.table import ConditionFailed, Contended, Item, Table, Write, put_version
from services.common.wire import NotFound, Problem
from services.scheduling.models import Appointment
from services.scheduling.rules.transitions import FREEING, as_of
from services.scheduling.store.claims import release_writes
from services.scheduling.store.cursors import cursor_of
from services.scheduling.store.lines import (
    EVERYONE,
    Line,
    Selection,
    doctor_line,
    items_of,
    patient_line,
    sort_key,
    stamp,
)

STATE: Final = "STATE"
MAX_ATTEMPTS: Final = 20


@dataclass(frozen=True, slots=True)
class Page:
    """Some appointments of a list, and the cursor of the next page (None at the end)."""

    items: Sequence[Appointment]
    next: str | None


def appointment_item(appointment: Appointment) -> Item:
    """Return an appointment's item, without its claims (see `claims_items`)."""
    lines = (patient_line(appointment.patient_id), doctor_line(appointment.doctor_id), EVERYONE)
    item: Item = {"pk": _partition(appointment.id), "sk": STATE, "version": appointment.version}
    for line in lines:
        item |= line.place(appointment)
    return item | {"body": appointment.model_dump_json()}


def appointment_event(appointment: Appointment) -> Write:
    """Return the write of the event that tells of an appointment's newest status, such as `appointment.confirmed`."""
    data: dict[str, Scalar] = {
        "appointmentId": appointment.id,
        "patientId": appointment.patient_id,
        "doctorId": appointment.doctor_id,
        "startsAt": stamp(appointment.starts_at),
        "endsAt": stamp(appointment.ends_at),
        "priceCents": appointment.price_cents,
        "currency": appointment.currency,
    }
    kind = f"appointment.{appointment.status.lower()}"
    return event_write(Event.of(kind, appointment.id, appointment.version, appointment.history[-1].at, data))


class Appointments:
    """All appointments, each as it stands now by the clock."""

    def __init__(self, table: Table, clock: Clock) -> None:
        self._table: Final = table
        self._clock: Final = clock

    async def get(self, ids: Iterable[str]) -> Sequence[Appointment]:
        """Read appointments by id, strongly consistent, in no order; absent ones are left out."""
        items = await self._table.get((_partition(each), STATE) for each in ids)
        return [self._read(item) for item in items.values()]

    async def page(self, line: Line, selection: Selection, limit: int, after: str | None) -> Page:
        """Return at most `limit` appointments of a list behind the cursor `after`; raise `InvalidCursor`."""
        found: list[Appointment] = []
        async for item in items_of(self._table, line, selection, after, batch=limit + 1):
            appointment = self._read(item)
            if not selection.has(appointment):
                continue
            if len(found) == limit:
                return Page(found, cursor_of([sort_key(found[-1])]))
            found.append(appointment)
        return Page(found, None)

    async def every(self, line: Line, selection: Selection) -> Sequence[Appointment]:
        """Return all appointments of a list that the selection has, however many."""
        items = [self._read(item) async for item in items_of(self._table, line, selection)]
        return [each for each in items if selection.has(each)]

    async def change(self, appointment_id: str, rule: Callable[[Appointment], Appointment | Problem]) -> Appointment:
        """Apply a pure rule to an appointment and write what it returns; raise what it refuses, or `NotFound`.

        A rule that returns its argument changes nothing. One transaction writes the state under the condition of its
        version, the event of a new status, and the cells that an end sets free. Who loses a race reads again.
        """
        for _ in range(MAX_ATTEMPTS):
            found = await self.get([appointment_id])
            if not found:
                raise NotFound
            before = found[0]
            after = rule(before)
            if isinstance(after, Problem):
                raise after
            if after is before:
                return before
            try:
                await self._table.transact(_changes(before, after))
            except ConditionFailed:
                continue
            return after
        raise Contended

    def _read(self, item: Item) -> Appointment:
        return as_of(Appointment.model_validate_json(item["body"]), self._clock())


def _changes(before: Appointment, after: Appointment) -> Sequence[Write]:
    writes = [put_version(appointment_item(after), replaces=before.version)]
    if after.status is not before.status:
        writes.append(appointment_event(after))
    if after.status in FREEING and before.status not in FREEING:
        writes += release_writes(after)
    return writes


def _partition(appointment_id: str) -> str:
    return f"APPOINTMENT#{appointment_id}"
