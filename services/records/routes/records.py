"""Medical records: reading them, and where to download their files."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter

from services.common.access import AccessOf
from services.common.callers import CallerOf
from services.common.wire import Cursor, Ids, Limit, Problem
from services.records.models import (
    Category,
    DownloadUrl,
    ReadableRecord,
    RecordsOfPatient,
    RecordStatus,
)
from services.records.parts import PartsOf
from services.records.routes.ids import PatientIds, ids_of
from services.records.rules.access import download_lifetime
from services.records.rules.audience import require_reader

routes = APIRouter()


@routes.get("/records")
async def list_records(ids: Ids, caller: CallerOf, parts: PartsOf, access: AccessOf) -> Sequence[ReadableRecord]:
    """Return those of these records that the caller may read now: own, shared, or open in an emergency."""
    require_reader(caller)
    return [readable.shown_to(caller) for readable in await parts.reading.records(caller, ids_of(ids), access)]


@routes.get("/records/of-patients")
async def list_records_of_patients(  # noqa: PLR0913, PLR0917  they are the query's parameters
    patient_ids: PatientIds,
    caller: CallerOf,
    parts: PartsOf,
    access: AccessOf,
    category: Category | None = None,
    limit: Limit = 20,
    after: Cursor = None,
) -> Sequence[RecordsOfPatient]:
    """Return one page of each patient's records that the caller may read now, newest first.

    A patient gets his own page alone. `after` continues one patient's list: 422 ONE_PATIENT_A_CURSOR for more.
    """
    require_reader(caller)
    wanted = [each for each in ids_of(patient_ids) if caller.pool == "doctor" or each == caller.actor]
    if after and len(wanted) > 1:
        raise Problem(422, "ONE_PATIENT_A_CURSOR", "A cursor continues the list of one patient.")
    return await asyncio.gather(
        *(parts.reading.page(caller, patient_id, category, limit, after, access) for patient_id in wanted)
    )


@routes.get("/download-urls")
async def list_download_urls(ids: Ids, caller: CallerOf, parts: PartsOf, access: AccessOf) -> Sequence[DownloadUrl]:
    """Return URLs of those of these records that are READY and that the caller may read now.

    A URL lasts 5 minutes, and never longer than the share or the emergency that allows it.
    """
    require_reader(caller)
    allowed = await parts.reading.records(caller, ids_of(ids), access)
    now = parts.clock()
    urls = []
    for readable in allowed:
        lifetime = download_lifetime(readable.until, now)
        if readable.record.status is RecordStatus.READY and lifetime:
            url = await parts.vault.download_url(readable.record, lifetime)
            urls.append(DownloadUrl(id=readable.record.id, url=url, expires_at=now + lifetime))
    return urls
