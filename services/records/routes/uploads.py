"""Uploading: a file is announced, its bytes go to the vault, and then it is a record to be read."""

from fastapi import APIRouter

from services.common.access import Denied
from services.common.callers import CallerOf
from services.common.ids import new_id
from services.common.wire import NotFound, Problem
from services.records.models import Author, MedicalRecord, NewRecord, RecordStatus, RecordUpload
from services.records.parts import PartsOf
from services.records.routes.ids import PathId
from services.records.rules.access import owns
from services.records.rules.audience import require_patient
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
    if not found:
        raise NotFound
    if not owns(caller, found[0]):
        raise Denied((found[0].patient_id, record_id))
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
