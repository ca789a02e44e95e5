"""When doctors work, and which of it is free."""

from collections.abc import Sequence
from typing import Annotated, Final

from fastapi import APIRouter, Query

from services.common.callers import CallerOf
from services.common.wire import Ids, Problem, Wire, split_ids
from services.scheduling.models import Availability, Day, Id, Slot, WorkingHours
from services.scheduling.routes.parts import PartsOf, PathId, is_erp, is_only, require
from services.scheduling.rules.flaws import flaw_of
from services.scheduling.rules.hours import Interval

MAX_DAYS: Final = 31

DoctorIds = Annotated[Ids, Query(alias="doctorIds")]
FirstDay = Annotated[Day, Query(alias="from", description="The first date, in each doctor's zone.")]
Days = Annotated[int, Query(ge=1, le=MAX_DAYS)]

routes = APIRouter()


class SlotsOfDoctor(Wire):
    """The free slots of a doctor, ascending."""

    doctor_id: Id
    slots: tuple[Slot, ...]


class NextSlotOfDoctor(Wire):
    """The first free slot of a doctor in the next 30 days, null where there is none."""

    doctor_id: Id
    slot: Slot | None


@routes.get("/slots")
async def slots(doctor_ids: DoctorIds, first_day: FirstDay, parts: PartsOf, days: Days = 7) -> Sequence[SlotsOfDoctor]:
    """List free slots, computed on demand; requests count as busy. Suspended doctors have none."""
    free = await parts.offers.free(split_ids(doctor_ids), first_day, days)
    return [SlotsOfDoctor(doctor_id=each, slots=tuple(map(_slot, free[each]))) for each in free]


@routes.get("/next-slots")
async def next_slots(doctor_ids: DoctorIds, parts: PartsOf) -> Sequence[NextSlotOfDoctor]:
    """Find the first free slot of each doctor in the next 30 days."""
    firsts = await parts.offers.next(split_ids(doctor_ids))
    return [NextSlotOfDoctor(doctor_id=each, slot=slot and _slot(slot)) for each, slot in firsts.items()]


@routes.get("/availability")
async def availability(doctor_ids: DoctorIds, caller: CallerOf, parts: PartsOf) -> Sequence[Availability]:
    """Read working hours. For the doctor himself, the ERP and services."""
    ids = split_ids(doctor_ids)
    require(is_only(caller, "doctor", ids) or is_erp(caller) or caller.is_service())
    return list((await parts.availabilities.get(ids)).values())


@routes.put("/doctors/{doctor_id}/availability")
async def put_availability(doctor_id: PathId, hours: WorkingHours, caller: CallerOf, parts: PartsOf) -> Availability:
    """Replace the doctor's own working hours: INVALID_AVAILABILITY, or AVAILABILITY_CONFLICT with `appointmentIds`."""
    require(caller.is_person("doctor", doctor_id))
    if (flaw := flaw_of(hours)) is not None:
        raise Problem(422, "INVALID_AVAILABILITY", flaw)
    return await parts.availabilities.save(doctor_id, hours, parts.clock())


def _slot(interval: Interval) -> Slot:
    return Slot(starts_at=interval.starts_at, ends_at=interval.ends_at)
