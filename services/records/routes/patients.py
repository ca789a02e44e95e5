"""Patients: registering, confirming, and who may see whom."""

import asyncio
from collections.abc import Collection, Sequence
from typing import Annotated

from fastapi import APIRouter, Query

from services.common.access import Access, AccessOf
from services.common.callers import CallerOf
from services.common.wire import Cursor, Ids, Limit
from services.records.models import NewPatient, Patient, PatientPage, Profile, RegisteredPatient
from services.records.parts import PartsOf
from services.records.routes.ids import PathId, ids_of
from services.records.rules.audience import require_admin, require_known, require_visitor
from services.records.rules.identity import (
    birth_date_of,
    cpf_of,
    day_in_brazil,
    email_of,
    name_of,
    phone_of,
    time_zone_of,
)

routes = APIRouter()


@routes.post("/patients", status_code=201)
async def register_patient(patient: NewPatient, caller: CallerOf, parts: PartsOf) -> RegisteredPatient:
    """Register a PENDING patient, in place of a PENDING one with the same CPF or e-mail.

    409 ALREADY_REGISTERED; 422 INVALID_ and the part: NAME, CPF, EMAIL, PHONE, BIRTH_DATE, TIME_ZONE.
    """
    require_visitor(caller)
    now = parts.clock()
    normalised = NewPatient(
        name=name_of(patient.name),
        cpf=cpf_of(patient.cpf),
        email=email_of(patient.email),
        phone=phone_of(patient.phone),
        birth_date=birth_date_of(patient.birth_date, day_in_brazil(now)),
        time_zone=time_zone_of(patient.time_zone),
        consents=patient.consents,
    )
    return RegisteredPatient(id=await parts.patients.register(normalised, now))


@routes.post("/patients/{patient_id}/confirm", status_code=204)
async def confirm_patient(patient_id: PathId, caller: CallerOf, parts: PartsOf) -> None:
    """Make a PENDING patient ACTIVE, once Cognito has seen the code; again changes nothing. 404 NOT_FOUND."""
    require_visitor(caller)
    await parts.patients.confirm(patient_id, parts.clock())


@routes.get("/patients")
async def list_patients(ids: Ids, caller: CallerOf, parts: PartsOf, access: AccessOf) -> Sequence[Patient]:
    """Return those of these patients whom the caller may see.

    A patient: himself. A doctor: whom he has or had an appointment with, by one question to scheduling, or whose
    records are open to him in an emergency; without CPF, e-mail and phone. An admin of any role, a service: all. 503
    where scheduling does not answer.
    """
    require_known(caller)
    wanted = ids_of(ids)
    profiles = await parts.patients.patients(wanted)
    match caller.pool:
        case "patient":
            return [Patient.of(profile) for profile in _visible(profiles, {caller.actor}, access)]
        case "doctor":
            cared_for, emergencies = await asyncio.gather(
                parts.care.patients_of(caller.actor, wanted), parts.reading.emergencies(caller)
            )
            opened = {each.patient_id for each in emergencies} - cared_for
            for profile in profiles:
                if profile.id in opened:
                    access.emergency(profile.id, profile.id)
            return [Patient.for_doctor(profile) for profile in _visible(profiles, cared_for | opened, access)]
        case "erp" | "service":
            return [Patient.of(profile) for profile in profiles]


@routes.get("/patients/all")
async def list_all_patients(
    caller: CallerOf,
    parts: PartsOf,
    search: Annotated[str | None, Query(max_length=120, description="The beginning of a name.")] = None,
    limit: Limit = 20,
    after: Cursor = None,
) -> PatientPage:
    """Return one page of all patients by name, accents and case aside. For admins of any role."""
    require_admin(caller)
    profiles, next_page = await parts.patients.page(search, limit, after)
    return PatientPage(items=tuple(map(Patient.of, profiles)), next=next_page)


def _visible(profiles: Sequence[Profile], ids: Collection[str], access: Access) -> Sequence[Profile]:
    """Return those of the profiles that are for the caller, and tell of the others."""
    for profile in profiles:
        if profile.id not in ids:
            access.denied(profile.id, profile.id)
    return [profile for profile in profiles if profile.id in ids]
