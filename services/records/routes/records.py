"""Medical records: announcing a file, finishing its upload, reading."""

import asyncio
from collections.abc import Sequence

from fastapi import APIRouter

from services.common.callers import CallerOf
from services.common.ids import new_id
from services.common.wire import Cursor, Ids, Limit, NotFound, Problem
from services.records.models import (
    Author,
    Category,
    DownloadUrl,
    MedicalRecord,
    NewRecord,
    RecordsOfPatient,
    RecordStatus,
    RecordUpload,
)
from services.records.parts import PartsOf
from services.records.routes.ids import PathId, PatientIds, ids_of
from services.records.rules.access import download_lifetime, owns
from services.records.rules.audience import require_patient, require_reader
from services.records.rules.files import check_file
from services.records.store.idempotency import Intent

routes = APIRouter()


@routes.post("/records", status_code=201)
async def start_upload(new: NewRecord, caller: CallerOf, parts: PartsOf) -> RecordUpload:
    """Announce a file of the calling patient's: a PENDING record, and where to PUT the bytes.

    The same key and request again give the same record and a fresh URL. 422 UNSUPPORTED_TYPE, TOO_LARGE; 409
    IDEMPOTENCY_CONFLICT.
    """
    require_patient(caller)
    check_file(new.content_type, new.size_bytes)
    now = parts.clock()
    announced = MedicalRecord(
        id=new_id("rec", now),
        patient_id=caller.actor,
        title=new.title,
        category=new.category,
        content_type=new.content_type,
        size_bytes=new.size_bytes,
        sha256=new.sha256,
        created_at=now,
        status=RecordStatus.PENDING,
        author=Author(id=caller.actor, pool="patient"),
    )
    record = await parts.records.create(announced, Intent.of(caller.actor, "record", new.idempotency_key, new))
    return RecordUpload(
        record=record,
        upload_url=await parts.vault.upload_url(record),
        upload_headers=tuple(parts.vault.upload_headers(record)),
    )


@routes.post("/records/{record_id}/finish")
async def finish_upload(record_id: PathId, caller: CallerOf, parts: PartsOf) -> MedicalRecord:
    """Make an own record READY, once its bytes are there; again changes nothing.

    404 NOT_FOUND; 409 UPLOAD_MISSING, UPLOAD_MISMATCH.
    """
    require_patient(caller)
    found = await parts.records.records([record_id])
    if not found or not owns(caller, found[0]):
        raise NotFound
    record = found[0]
    if record.status is RecordStatus.READY:
        return record
    match await parts.vault.holds(record):
        case None:
            raise Problem(409, "UPLOAD_MISSING", "The bytes have not been uploaded.")
        case False:
            raise Problem(409, "UPLOAD_MISMATCH", "The bytes uploaded are not those announced.")
        case True:
            return await parts.records.finish(record, parts.clock())


@routes.get("/records")
async def list_records(ids: Ids, caller: CallerOf, parts: PartsOf) -> Sequence[MedicalRecord]:
    """Return those of these records that the caller may read now: a patient's own, or shared with a doctor."""
    require_reader(caller)
    return [readable.record for readable in await parts.reading.records(caller, ids_of(ids))]


@routes.get("/records/of-patients")
async def list_records_of_patients(  # noqa: PLR0913, PLR0917  they are the query's parameters
    patient_ids: PatientIds,
    caller: CallerOf,
    parts: PartsOf,
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
        *(parts.reading.page(caller, patient_id, category, limit, after) for patient_id in wanted)
    )


@routes.get("/download-urls")
async def list_download_urls(ids: Ids, caller: CallerOf, parts: PartsOf) -> Sequence[DownloadUrl]:
    """Return URLs of those of these records that are READY and that the caller may read now.

    A URL lasts 5 minutes, and never longer than the share that allows it.
    """
    require_reader(caller)
    now = parts.clock()
    urls = []
    for readable in await parts.reading.records(caller, ids_of(ids)):
        lifetime = download_lifetime(readable.until, now)
        if readable.record.status is RecordStatus.READY and lifetime:
            url = await parts.vault.download_url(readable.record, lifetime)
            urls.append(DownloadUrl(id=readable.record.id, url=url, expires_at=now + lifetime))
    return urls
