"""Wiring: settings -> clients -> the application."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

from fastapi import APIRouter, FastAPI
from httpx import AsyncClient

from clients.http import http_client
from services.common import changes
from services.common.app import service_app
from services.common.aws import aws_client
from services.common.callers import CallerCheck
from services.common.clock import clock_of
from services.common.service_token import ServiceToken
from services.common.table import Table
from services.records.audit.seal import Seal
from services.records.audit.store import AuditStore
from services.records.care import Care
from services.records.emergency.store import EmergencyStore
from services.records.parts import Parts
from services.records.reading import Reading
from services.records.routes import audit, emergencies, figures, logins, notes, patients, records, shares, uploads
from services.records.settings import Settings
from services.records.store.notes import NoteStore
from services.records.store.patients import PatientStore
from services.records.store.records import RecordStore
from services.records.store.shares import ShareStore
from services.records.vault import Vault


def records_app(settings: Settings) -> FastAPI:
    """Build the service; its connections are open while its lifespan lasts."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with aws_client("dynamodb") as dynamodb, aws_client("s3") as s3, http_client() as http:
            app.state.parts = parts = parts_over(settings, dynamodb, s3, http)
            async with changes.change_log(Table(dynamodb, settings.table), parts.clock) as app.state.changes:
                yield

    routes = APIRouter()
    for room in (patients, logins, uploads, records, shares, notes, figures, audit, emergencies, changes):
        routes.include_router(room.routes)
    return service_app("HealthMed records", routes, CallerCheck(settings.caller_keys), lifespan)


def parts_over(settings: Settings, dynamodb: Any, s3: Any, http: AsyncClient) -> Parts:  # noqa: ANN401  aiobotocore clients have no type
    """Put the service together over its connections."""
    clock = clock_of(settings.clock_file)
    table = Table(dynamodb, settings.table)
    record_store, share_store = RecordStore(table), ShareStore(table)
    audit_store = AuditStore(table, seal_of(settings))
    emergency_store = EmergencyStore(table, audit_store)
    token = ServiceToken("records", settings.signing_key.get_secret_value())
    return Parts(
        patients=PatientStore(table),
        records=record_store,
        shares=share_store,
        notes=NoteStore(table),
        audit=audit_store,
        emergencies=emergency_store,
        reading=Reading(table, record_store, share_store, emergency_store, clock),
        vault=Vault(s3, settings.bucket, settings.kms_key_id),
        care=Care(http, settings.scheduling_url, token),
        clock=clock,
        emergency_lasts=timedelta(minutes=settings.emergency_minutes),
    )


def seal_of(settings: Settings) -> Seal:
    """Return what seals the audit: the service's own key."""
    return Seal(settings.signing_key.get_secret_value(), settings.retired_keys)
