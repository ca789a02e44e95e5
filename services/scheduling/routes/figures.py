"""The ERP's dashboard: how many appointments there were."""

from typing import Annotated, Final

from fastapi import APIRouter, Query

from services.common.callers import CallerOf
from services.common.wire import Problem
from services.scheduling.figures import Figures, TimeBucket
from services.scheduling.models import Day
from services.scheduling.routes.parts import PartsOf, is_erp, require
from services.scheduling.rules.counts import bounds_of, figures_of
from services.scheduling.store.lines import EVERYONE, Selection

MAX_DAYS: Final = 366

routes = APIRouter()


@routes.get("/figures")
async def figures(
    first_day: Annotated[Day, Query(alias="from")],
    last_day: Annotated[Day, Query(alias="to")],
    group_by: Annotated[TimeBucket, Query(alias="groupBy")],
    caller: CallerOf,
    parts: PartsOf,
) -> Figures:
    """Count the appointments that start on the dates `from` to `to`, both included, in São Paulo. For the ERP."""
    require(is_erp(caller))
    if not 0 <= (last_day - first_day).days < MAX_DAYS:
        raise Problem(422, "INVALID_PERIOD", f"A period has from 1 to {MAX_DAYS} days.")
    start, end = bounds_of(first_day, last_day)
    appointments = await parts.appointments.every(EVERYONE, Selection(starts_from=start, starts_before=end))
    doctors = await parts.directory.get({each.doctor_id for each in appointments})
    specialties = {doctor.id: doctor.specialties for doctor in doctors}
    return figures_of(appointments, specialties, first_day, last_day, group_by)
