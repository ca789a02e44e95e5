"""The ERP's part of the dashboard: revenue."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query

from services.erp.context import ErpOf, MoneyReaderOf
from services.erp.models import Figures, TimeBucket
from services.erp.revenue import Period, revenue_of

routes = APIRouter()


@routes.get("/figures")
async def figures(
    first_day: Annotated[date, Query(alias="from")],
    last_day: Annotated[date, Query(alias="to")],
    _caller: MoneyReaderOf,
    erp: ErpOf,
    group_by: Annotated[TimeBucket, Query(alias="groupBy")] = TimeBucket.DAY,
) -> Figures:
    """Sum the revenue of the days [from, to] in America/Sao_Paulo by date of issue. Refusal: INVALID_PERIOD."""
    period = Period.of(first_day, last_day)
    issued = await erp.invoices.issued(period.start, period.end)
    return Figures(revenue=revenue_of(issued, period, group_by))
