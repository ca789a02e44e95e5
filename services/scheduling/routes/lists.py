"""Lists of appointments: of patients, of doctors, of everybody."""

import asyncio
from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query
from pydantic import Field

from services.common.callers import CallerOf
from services.common.wire import Cursor, Ids, Limit, Wire, split_ids
from services.scheduling.models import Appointment, AppointmentStatus, Id, Instant
from services.scheduling.routes.parts import PartsOf, is_erp, is_only, require
from services.scheduling.store.lines import EVERYONE, Selection, doctor_line, patient_line

_STATUS: Final = "|".join(AppointmentStatus)

Statuses = Annotated[
    str | None,
    Field(pattern=f"^({_STATUS})(,({_STATUS}))*$", max_length=200, description="Comma-separated; absent means any."),
]

routes = APIRouter()


class ListQuery(Wire):
    """Which page, of appointments in which statuses."""

    statuses: Statuses = None
    limit: Limit = 20
    after: Cursor = None

    def selected(self) -> frozenset[AppointmentStatus]:
        """Return the statuses; none means any."""
        return frozenset(map(AppointmentStatus, self.statuses.split(","))) if self.statuses else frozenset()


class PeriodQuery(ListQuery):
    """The same, of those that start in [from, to)."""

    starts_from: Annotated[Instant | None, Field(alias="from")] = None
    starts_before: Annotated[Instant | None, Field(alias="to")] = None

    def selection(self) -> Selection:
        """Return what is selected from a list."""
        return Selection(starts_from=self.starts_from, starts_before=self.starts_before, statuses=self.selected())


class PatientsQuery(ListQuery):
    """A page of each of these patients."""

    patient_ids: Ids


class DoctorsQuery(PeriodQuery):
    """A page of each of these doctors."""

    doctor_ids: Ids


class AppointmentPage(Wire):
    """A page of appointments."""

    items: tuple[Appointment, ...]
    next: str | None


class AppointmentsOfPatient(AppointmentPage):
    """A page of a patient's appointments, the newest start first."""

    patient_id: Id


class AppointmentsOfDoctor(AppointmentPage):
    """A page of a doctor's appointments, the earliest start first."""

    doctor_id: Id


class PendingCount(Wire):
    """How many requests wait for a doctor's answer."""

    doctor_id: Id
    count: int


@routes.get("/appointments/of-patients")
async def appointments_of_patients(
    query: Annotated[PatientsQuery, Query()], caller: CallerOf, parts: PartsOf
) -> Sequence[AppointmentsOfPatient]:
    """List patients' appointments. A patient asks about himself alone; a doctor sees those with him alone."""
    ids = split_ids(query.patient_ids)
    is_doctor = caller.is_person("doctor", caller.actor)
    require(is_only(caller, "patient", ids) or is_doctor or is_erp(caller) or caller.is_service())
    selection = Selection(statuses=query.selected(), doctor_id=caller.actor if is_doctor else None)
    pages = await asyncio.gather(
        *(parts.appointments.page(patient_line(each), selection, query.limit, query.after) for each in ids)
    )
    return [
        AppointmentsOfPatient(patient_id=each, items=tuple(page.items), next=page.next)
        for each, page in zip(ids, pages, strict=True)
    ]


@routes.get("/appointments/of-doctors")
async def appointments_of_doctors(
    query: Annotated[DoctorsQuery, Query()], caller: CallerOf, parts: PartsOf
) -> Sequence[AppointmentsOfDoctor]:
    """List doctors' appointments. For the doctor himself, the ERP and services."""
    ids = split_ids(query.doctor_ids)
    require(is_only(caller, "doctor", ids) or is_erp(caller) or caller.is_service())
    selection = query.selection()
    pages = await asyncio.gather(
        *(parts.appointments.page(doctor_line(each), selection, query.limit, query.after) for each in ids)
    )
    return [
        AppointmentsOfDoctor(doctor_id=each, items=tuple(page.items), next=page.next)
        for each, page in zip(ids, pages, strict=True)
    ]


@routes.get("/appointments/all")
async def all_appointments(query: Annotated[PeriodQuery, Query()], caller: CallerOf, parts: PartsOf) -> AppointmentPage:
    """List everybody's appointments, the newest start first. For the ERP."""
    require(is_erp(caller))
    page = await parts.appointments.page(EVERYONE, query.selection(), query.limit, query.after)
    return AppointmentPage(items=tuple(page.items), next=page.next)


@routes.get("/appointments/pending-counts")
async def pending_counts(
    doctor_ids: Annotated[Ids, Query(alias="doctorIds")], caller: CallerOf, parts: PartsOf
) -> Sequence[PendingCount]:
    """Count the requests that wait for each doctor. For the doctor himself and the ERP."""
    ids = split_ids(doctor_ids)
    require(is_only(caller, "doctor", ids) or is_erp(caller))
    # A request whose start has passed is expired, so only what lies ahead is read.
    waiting = Selection(starts_from=parts.clock(), statuses=frozenset({AppointmentStatus.REQUESTED}))
    lists = await asyncio.gather(*(parts.appointments.every(doctor_line(each), waiting) for each in ids))
    return [PendingCount(doctor_id=each, count=len(found)) for each, found in zip(ids, lists, strict=True)]
