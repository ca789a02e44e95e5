"""The wiring: settings -> stores -> one app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from fastapi import APIRouter, FastAPI
from pymongo import AsyncMongoClient

from services.common import changes
from services.common.app import service_app
from services.common.aws import aws_client
from services.common.callers import CallerCheck
from services.common.clock import Clock
from services.common.table import Table
from services.scheduling.bookings import Bookings
from services.scheduling.offers import Offers
from services.scheduling.routes import agenda, appointments, availability, care, doctors, figures, lists
from services.scheduling.routes.parts import Parts
from services.scheduling.searching import Searches
from services.scheduling.settings import Settings
from services.scheduling.store.appointments import Appointments
from services.scheduling.store.availability import Availabilities
from services.scheduling.store.directory import Directory, Document, ensure_indexes

MONGO_TIMEOUT_MS: Final = 5000


def scheduling_app(settings: Settings, clock: Clock) -> FastAPI:
    """Build the service; its clients are open while the app runs."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        mongo = AsyncMongoClient[Document](
            settings.mongo_url, serverSelectionTimeoutMS=MONGO_TIMEOUT_MS, timeoutMS=MONGO_TIMEOUT_MS
        )
        async with aws_client("dynamodb") as dynamodb, mongo:
            database = mongo[settings.mongo_database]
            await ensure_indexes(database)
            table = Table(dynamodb, settings.table)
            app.state.parts = parts_of(table, Directory(database), clock)
            async with changes.change_log(table, clock) as app.state.changes:
                yield

    routes = APIRouter()
    for rooms in (doctors, availability, appointments, lists, agenda, care, figures, changes):
        routes.include_router(rooms.routes)
    return service_app("HealthMed scheduling", routes, CallerCheck(settings.caller_keys), lifespan)


def parts_of(table: Table, directory: Directory, clock: Clock) -> Parts:
    """Put together what the routes work with."""
    offers = Offers(table, directory, clock)
    return Parts(
        directory=directory,
        searches=Searches(directory, offers),
        offers=offers,
        availabilities=Availabilities(table),
        bookings=Bookings(table, directory, clock),
        appointments=Appointments(table, clock),
        clock=clock,
    )
