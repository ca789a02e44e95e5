"""Agendas: the days of a doctor, in the doctor's own zone."""

import asyncio
import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Final
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Query
from pydantic import Field

from services.common.callers import CallerOf
from services.common.wire import Ids, Problem, Wire, split_ids
from services.scheduling.doctors import Doctor
from services.scheduling.models import Appointment, Day, Id, Instant
from services.scheduling.routes.parts import Parts, PartsOf, is_erp, is_only, require
from services.scheduling.rules.agenda import ON_THE_AGENDA, bounds, dates, starting_in
from services.scheduling.store.lines import Selection, doctor_line

MAX_DAYS: Final = 62

routes = APIRouter()


class AgendaQuery(Wire):
    """Whose days, from a date to a date, both included."""

    doctor_ids: Ids
    first: Annotated[Day, Field(alias="from")]
    last: Annotated[Day, Field(alias="to")]


class AgendaDay(Wire):
    """One local date, [starts_at, ends_at), and the appointments that start on it, the earliest first."""

    date: dt.date
    starts_at: Instant
    ends_at: Instant
    appointments: tuple[Appointment, ...]


class Agenda(Wire):
    """A doctor's days; what was declined, cancelled or expired is not on them."""

    doctor_id: Id
    calendar_id: str
    time_zone: str
    starts_at: Instant
    ends_at: Instant
    days: tuple[AgendaDay, ...]


@routes.get("/agenda")
async def agendas(query: Annotated[AgendaQuery, Query()], caller: CallerOf, parts: PartsOf) -> Sequence[Agenda]:
    """Show doctors' days, at most 62. For the doctor himself and the ERP."""
    ids = split_ids(query.doctor_ids)
    require(is_only(caller, "doctor", ids) or is_erp(caller))
    if not 1 <= (query.last - query.first).days + 1 <= MAX_DAYS:
        raise Problem(422, "INVALID_PERIOD", f"An agenda has between 1 and {MAX_DAYS} days.")
    doctors = await parts.directory.get(ids)
    return await asyncio.gather(*(_agenda(parts, doctor, query) for doctor in doctors))


async def _agenda(parts: Parts, doctor: Doctor, query: AgendaQuery) -> Agenda:
    zone = ZoneInfo(doctor.time_zone)
    days = [(day, *bounds(day, zone)) for day in dates(query.first, query.last)]
    starts_at, ends_at = days[0][1], days[-1][2]
    shown = Selection(starts_from=starts_at, starts_before=ends_at, statuses=ON_THE_AGENDA)
    found = await parts.appointments.every(doctor_line(doctor.id), shown)
    return Agenda(
        doctor_id=doctor.id,
        calendar_id=doctor.calendar_id,
        time_zone=doctor.time_zone,
        starts_at=starts_at,
        ends_at=ends_at,
        days=tuple(
            AgendaDay(date=day, starts_at=start, ends_at=end, appointments=tuple(starting_in(found, start, end)))
            for day, start, end in days
        ),
    )
