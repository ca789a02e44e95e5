"""The wiring of the ERP: settings -> table -> stores -> routes."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI

from services.common import changes
from services.common.app import service_app
from services.common.aws import aws_client
from services.common.callers import CallerCheck
from services.common.clock import clock_of
from services.common.table import Table
from services.erp import admins, doctors, figures, invoices, logins
from services.erp.context import Erp
from services.erp.settings import Settings


def erp_app(settings: Settings) -> FastAPI:
    """Build the ERP service; its table is opened while the application runs."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with aws_client("dynamodb") as dynamodb:
            table, clock = Table(dynamodb, settings.table), clock_of(settings.clock_file)
            app.state.erp = Erp.over(table, clock)
            async with changes.change_log(table, clock) as app.state.changes:
                yield

    routes = APIRouter()
    for room in (logins, admins, doctors, invoices, figures, changes):
        routes.include_router(room.routes)
    return service_app("HealthMed ERP", routes, CallerCheck(settings.caller_keys), lifespan)
