"""The audit: the BFF appends, patients read who read them, auditors search."""

import asyncio
from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, Field

from services.common.callers import CallerOf
from services.common.wire import Cursor, Limit, Problem, Wire
from services.records.audit.models import Appended, AuditEvents, AuditOfPatient, AuditPage, Decision
from services.records.audit.store import Search
from services.records.models import Id
from services.records.parts import PartsOf
from services.records.routes.ids import PatientIds, ids_of
from services.records.rules.audience import require_auditor, require_bff, require_patient

routes = APIRouter()


class SearchQuery(Wire):
    """What to look for: each that is given narrows it. The times are [from, to)."""

    patient_id: Id | None = None
    actor: Id | None = None
    decision: Decision | None = None
    since: Annotated[AwareDatetime | None, Field(alias="from")] = None
    until: Annotated[AwareDatetime | None, Field(alias="to")] = None
    limit: Limit = 20
    after: Cursor = None


@routes.post("/audit/events", status_code=201)
async def append_audit_events(new: AuditEvents, caller: CallerOf, parts: PartsOf) -> Appended:
    """Append events, each once however often it is sent. For the BFF alone."""
    require_bff(caller)
    return Appended(appended=await parts.audit.append(new.events, parts.clock()))


@routes.get("/audit/ready", status_code=204)
async def audit_ready(caller: CallerOf, parts: PartsOf) -> None:
    """Answer where events can be appended now. For the BFF alone."""
    require_bff(caller)
    await parts.audit.ready()


@routes.get("/audit/of-patients")
async def list_audit_of_patients(
    patient_ids: PatientIds, caller: CallerOf, parts: PartsOf, limit: Limit = 20, after: Cursor = None
) -> Sequence[AuditOfPatient]:
    """Return one page of what was done with the calling patient's data, the latest first; of others, nothing."""
    require_patient(caller)
    wanted = [each for each in ids_of(patient_ids) if each == caller.actor]
    pages = await asyncio.gather(*(parts.audit.page(each, limit, after) for each in wanted))
    return [
        AuditOfPatient(patient_id=each, items=tuple(items), next=next_page)
        for each, (items, next_page) in zip(wanted, pages, strict=True)
    ]


@routes.get("/audit/events")
async def search_audit(query: Annotated[SearchQuery, Query()], caller: CallerOf, parts: PartsOf) -> AuditPage:
    """Search everybody's audit by time, the latest first. For admins of the roles admin and auditor.

    422 INVALID_PERIOD where the time has no end behind its beginning.
    """
    require_auditor(caller)
    if query.since and query.until and query.since >= query.until:
        raise Problem(422, "INVALID_PERIOD", "A period ends after its beginning.")
    search = Search(
        patient_id=query.patient_id,
        actor=query.actor,
        decision=query.decision,
        since=query.since,
        until=query.until,
    )
    items, next_page = await parts.audit.search(search, query.limit, query.after)
    return AuditPage(items=tuple(items), next=next_page)
