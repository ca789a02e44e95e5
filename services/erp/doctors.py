"""Doctors: registered, found, suspended."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.common.callers import Caller
from services.common.ids import new_id
from services.common.wire import Cursor, Ids, Limit, split_ids
from services.erp.context import Erp, ErpOf, ReaderOf, RegistrarOf, RegistrationReaderOf
from services.erp.models import (
    BRL,
    NewDoctor,
    Registration,
    RegistrationPage,
    RegistrationStatus,
    Suspension,
)
from services.erp.problems import InvalidCrm, InvalidEmail, InvalidTimeZone
from services.erp.rules import crm_of, crms_of_number, is_time_zone, parse_crm, parse_email
from services.erp.store.answers import Attempt

routes = APIRouter()

# Whatever cannot be an id is absent, as an unknown id is; a longer one would not fit into a key.
PathId = Annotated[str, Path(max_length=200)]
Search = Annotated[str | None, Query(max_length=200, description="The beginning of a name, or a CRM.")]


@routes.post("/doctors", status_code=201)
async def register_doctor(doctor: NewDoctor, caller: RegistrarOf, erp: ErpOf) -> Registration:
    """Register a doctor. Refusals: ALREADY_REGISTERED, IDEMPOTENCY_CONFLICT, INVALID_CRM, _EMAIL, _TIME_ZONE."""
    return await erp.registrations.add(_registration(doctor, erp), _attempt(doctor, caller))


@routes.post("/doctors/{doctor_id}/suspend")
async def suspend_doctor(doctor_id: PathId, suspension: Suspension, caller: RegistrarOf, erp: ErpOf) -> Registration:
    """Suspend a doctor, who may then not sign in nor be found. Refusals: NOT_FOUND, ALREADY_SUSPENDED."""
    return await erp.registrations.suspend(doctor_id, caller.actor, suspension.reason, erp.clock())


@routes.get("/doctors")
async def doctors(ids: Ids, _caller: RegistrationReaderOf, erp: ErpOf) -> Sequence[Registration]:
    """Return the registrations of these doctors."""
    return await erp.registrations.of_ids(split_ids(ids))


@routes.get("/doctors/all")
async def all_doctors(
    _caller: ReaderOf,
    erp: ErpOf,
    search: Search = None,
    status: RegistrationStatus | None = None,
    limit: Limit = 20,
    after: Cursor = None,
) -> RegistrationPage:
    """Return one page of the registrations by name; a search by CRM (with its state, or in any) is one page."""
    crm = parse_crm(search or "")
    crms = [crm] if crm else crms_of_number(search or "")
    if not crms:
        return await erp.registrations.by_name(search or "", status, limit, after)
    found = await erp.registrations.of_crms(crms)
    return RegistrationPage(items=tuple(each for each in found if status in {None, each.status}), next=None)


def _registration(doctor: NewDoctor, erp: Erp) -> Registration:
    crm, email, now = crm_of(doctor.crm), parse_email(doctor.email), erp.clock()
    if crm is None:
        raise InvalidCrm
    if email is None:
        raise InvalidEmail
    if not is_time_zone(doctor.time_zone):
        raise InvalidTimeZone
    return Registration(
        id=new_id("doc", now),
        name=doctor.name,
        crm=crm,
        email=email,
        specialties=tuple(dict.fromkeys(doctor.specialties)),
        bio=doctor.bio,
        clinic=doctor.clinic,
        time_zone=doctor.time_zone,
        price_cents=doctor.price_cents,
        currency=BRL,
        status=RegistrationStatus.ACTIVE,
        registered_at=now,
        version=1,
    )


def _attempt(doctor: NewDoctor, caller: Caller) -> Attempt:
    content = doctor.model_copy(update={"idempotency_key": ""})
    return Attempt(caller.actor, doctor.idempotency_key, content)
