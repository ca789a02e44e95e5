"""What a Python team would write by hand instead of GraphQL: the three answers, one handler each.

Starlette, the BFF's own transport, clients and token check, asyncio.gather where calls do not wait for each other. It
takes the same requests as the BFF and tells them apart by the operation's name.
"""

import asyncio
import os
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bff.auth.internal import InternalToken
from bff.auth.keys import KeyRing
from bff.auth.tokens import Pool, TokenCheck
from bff.settings import Settings
from clients.cognito.keys import key_set
from clients.erp.client import ErpClient
from clients.http import Downstream, http_client, service_transport
from clients.ids import PatientId
from clients.pages import PageRequest
from clients.records.audit import AuditDecision, AuditEvent, AuditEvents, AuditKind, AuditPool
from clients.records.client import RecordsClient
from clients.scheduling.client import AppointmentPage, SchedulingClient
from clients.scheduling.models import Appointment, Doctor
from schema.common.principals import Audience, Principal

Ask = Callable[[str], Downstream]
# What is answered, and the patients whom it is about.
Answered = tuple[dict[str, Any], Sequence[PatientId]]
Handler = Callable[[Principal, Ask], Awaitable[Answered]]


_MINE: Final = ("Patient.email", "Patient.id", "Patient.name", "Query.me")
_SEEN: Final = tuple(
    f"Appointment.{each}"
    for each in ("currency", "doctor", "endsAt", "id", "priceCents", "startsAt", "status", "timeZone")
)
_FILE: Final = tuple(
    f"MedicalRecord.{each}" for each in ("category", "contentType", "createdAt", "id", "sizeBytes", "status", "title")
)
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Me": _MINE,
    "Home": (
        *_SEEN,
        *("Appointment.meeting", "Appointment.reason", "AppointmentConnection.nodes"),
        *_FILE,
        *("MedicalRecordConnection.nodes", "Patient.appointments", "Patient.records"),
        *_MINE,
    ),
    "List": (
        *_SEEN,
        *("Appointment.createdAt", "Appointment.patient", "AppointmentConnection.nodes"),
        *("Patient.id", "Patient.name", "Patient.timeZone"),
    ),
}


async def home(who: Principal, ask: Ask) -> Answered:
    """Return Q1."""
    me = PatientId(who.id or "")
    scheduling, records = SchedulingClient(ask("scheduling")), RecordsClient(ask("records"))
    first = PageRequest(20)
    (patient,), (page,), (files,) = await asyncio.gather(
        records.patients([me]),
        scheduling.appointments_of_patients([me], AppointmentPage(first)),
        records.records_of_patients([me], None, first),
    )
    doctors = {each.id: each for each in await scheduling.doctors(list({each.doctor_id for each in page.items}))}
    answer = {
        "me": {
            "id": patient.id,
            "name": patient.name,
            "email": patient.email,
            "appointments": {"nodes": [_appointment(each, doctors[each.doctor_id]) for each in page.items]},
            "records": {
                "nodes": [
                    {
                        "id": each.id,
                        "title": each.title,
                        "category": each.category,
                        "contentType": each.content_type,
                        "sizeBytes": each.size_bytes,
                        "createdAt": each.created_at,
                        "status": each.status,
                    }
                    for each in files.items
                ]
            },
        }
    }
    return answer, [me]


def _appointment(appointment: Appointment, doctor: Doctor) -> dict[str, Any]:
    meeting = appointment.meeting
    return {
        "id": appointment.id,
        "status": appointment.status,
        "startsAt": appointment.starts_at,
        "endsAt": appointment.ends_at,
        "timeZone": appointment.time_zone,
        "priceCents": appointment.price_cents,
        "currency": appointment.currency,
        "reason": appointment.reason,
        "doctor": {
            "id": doctor.id,
            "name": doctor.name,
            "bio": doctor.bio,
            "priceCents": doctor.price_cents,
            "clinic": {"name": doctor.clinic.name, "city": doctor.clinic.city},
            "rating": {"average": doctor.rating.average, "count": doctor.rating.count},
        },
        "meeting": {"status": meeting.status, "url": meeting.url} if meeting else None,
    }


async def me(who: Principal, ask: Ask) -> Answered:
    """Return Q2."""
    (patient,) = await RecordsClient(ask("records")).patients([PatientId(who.id or "")])
    return {"me": {"id": patient.id, "name": patient.name, "email": patient.email}}, [patient.id]


async def listed(_who: Principal, ask: Ask) -> Answered:
    """Return Q3."""
    scheduling, records, erp = SchedulingClient(ask("scheduling")), RecordsClient(ask("records")), ErpClient(ask("erp"))
    page = await scheduling.all_appointments(AppointmentPage(PageRequest(100)))
    doctors, patients = await asyncio.gather(
        erp.registrations(list({each.doctor_id for each in page.items})),
        records.patients(list({each.patient_id for each in page.items})),
    )
    doctor_of, patient_of = {each.id: each for each in doctors}, {each.id: each for each in patients}
    nodes = []
    for each in page.items:
        doctor, patient = doctor_of[each.doctor_id], patient_of[each.patient_id]
        nodes.append(
            {
                "id": each.id,
                "status": each.status,
                "startsAt": each.starts_at,
                "endsAt": each.ends_at,
                "timeZone": each.time_zone,
                "priceCents": each.price_cents,
                "currency": each.currency,
                "createdAt": each.created_at,
                "doctor": {
                    "id": doctor.id,
                    "name": doctor.name,
                    "status": doctor.status,
                    "priceCents": doctor.price_cents,
                },
                "patient": {"id": patient.id, "name": patient.name, "timeZone": patient.time_zone},
            }
        )
    return {"appointments": {"nodes": nodes}}, list(patient_of)


def events(who: Principal, operation: str, patients: Sequence[PatientId]) -> AuditEvents:
    """Return an event for each patient whose data was shown, of the fields that the operation always shows."""
    at, operation_id = datetime.now(UTC), uuid.uuid4().hex
    return AuditEvents(
        events=tuple(
            AuditEvent(
                operation_id=operation_id,
                request_id="a" * 32,
                actor=who.id or "",
                pool=AuditPool(who.audience),
                roles=("admin",) if who.audience == "erp" else (),
                patient_id=each,
                operation=operation,
                kind=AuditKind.QUERY,
                fields=FIELDS[operation],
                denied_fields=(),
                decision=AuditDecision.ALLOWED,
                at=at,
            )
            for each in patients
        )
    )


HANDLERS: Final[Mapping[str, Handler]] = {"Home": home, "Me": me, "List": listed}


def create_app(settings: Settings) -> Starlette:
    """Wire it as the BFF is wired."""
    http, services = http_client(), service_transport(settings.downstream_connections)
    internal = InternalToken(settings.signing_key.get_secret_value(), time.time)
    pools = {"patient": settings.patient_pool, "erp": settings.erp_pool}
    rings = {name: KeyRing(partial(key_set, http, pool.jwks_url), time.monotonic) for name, pool in pools.items()}
    urls = {"scheduling": settings.scheduling_url, "records": settings.records_url, "erp": settings.erp_url}

    def endpoint(audience: Audience) -> Callable[[Request], Awaitable[Response]]:
        pool = Pool(audience=audience, issuer=pools[audience].issuer, client_id=pools[audience].client_id)
        check = TokenCheck(pool, rings[audience], time.time)

        async def answer(request: Request) -> Response:
            who = await check(request.headers["authorization"].removeprefix("Bearer "))
            asked = orjson.loads(await request.body())
            headers = internal.headers(who, "a" * 32)

            def ask(name: str) -> Downstream:
                return Downstream(name=name, base_url=urls[name], http=services, headers=headers)

            name = asked["operationName"]
            data, patients = await HANDLERS[name](who, ask)
            await RecordsClient(ask("records")).append_audit_events(events(who, name, patients))
            return Response(orjson.dumps({"data": data}, option=orjson.OPT_UTC_Z), media_type="application/json")

        return answer

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        async with http, services:
            for ring in rings.values():
                await ring.ready()
            yield

    routes = [Route(f"/{audience}/graphql", endpoint(audience), methods=["POST"]) for audience in ("patient", "erp")]
    return Starlette(routes=routes, lifespan=lifespan)


if __name__ == "__main__":
    uvicorn.run(
        create_app(Settings.model_validate({})),
        port=int(os.environ["HEALTHMED_PORT"]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
