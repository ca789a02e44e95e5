"""Figures for the ERP's dashboard."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from services.common.callers import CallerOf
from services.common.wire import Problem
from services.records.models import Figures
from services.records.parts import PartsOf
from services.records.rules.audience import require_admin

routes = APIRouter()


@routes.get("/figures")
async def count_figures(
    first_day: Annotated[date, Query(alias="from")],
    last_day: Annotated[date, Query(alias="to")],
    caller: CallerOf,
    parts: PartsOf,
) -> Figures:
    """Count the ACTIVE patients who registered on the days [from, to] in America/Sao_Paulo. For admins of any role.

    422 INVALID_PERIOD where `to` is before `from`.
    """
    require_admin(caller)
    if last_day < first_day:
        raise Problem(422, "INVALID_PERIOD", "The period ends before it begins.")
    return Figures(new_patients=await parts.patients.count_active(first_day, last_day))
