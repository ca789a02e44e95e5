"""Shares: a patient lets a doctor read chosen records until a time, and may end it at once."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.common.access import Denied
from services.common.callers import CallerOf
from services.common.wire import NotFound
from services.records.models import NewShares, Share
from services.records.parts import PartsOf
from services.records.routes.ids import PathId, PatientIds, RecordIds, ids_of
from services.records.rules.access import expiry_of, owns
from services.records.rules.audience import require_patient

routes = APIRouter()


@routes.post("/shares", status_code=201)
async def share_records(new: NewShares, caller: CallerOf, parts: PartsOf) -> Sequence[Share]:
    """Share own records with a doctor; one already shared gets the new end.

    404 NOT_FOUND where any record is absent or another's: nothing is shared then. 422 INVALID_EXPIRY.
    """
    require_patient(caller)
    now = parts.clock()
    expires_at = expiry_of(new.expires_at, now)
    wanted = dict.fromkeys(new.record_ids)
    records = await parts.records.records(wanted)
    if anothers := [record for record in records if not owns(caller, record)]:
        raise Denied(*((record.patient_id, record.id) for record in anothers))
    if len(records) != len(wanted):
        raise NotFound
    return await parts.shares.share(records, new.doctor_id, expires_at, now)


@routes.delete("/shares/{share_id}", status_code=204)
async def revoke_share(share_id: PathId, caller: CallerOf, parts: PartsOf) -> None:
    """End a live share of an own record at once; 404 NOT_FOUND for any other."""
    require_patient(caller)
    await parts.shares.revoke(share_id, caller.actor, parts.clock())


@routes.get("/shares/of-records")
async def list_shares_of_records(record_ids: RecordIds, caller: CallerOf, parts: PartsOf) -> Sequence[Share]:
    """Return the live shares of those of these records that are the caller's, newest first."""
    require_patient(caller)
    return await parts.shares.live_of_records(ids_of(record_ids), caller.actor, parts.clock())


@routes.get("/shares/of-patients")
async def list_shares_of_patients(patient_ids: PatientIds, caller: CallerOf, parts: PartsOf) -> Sequence[Share]:
    """Return the live shares that the calling patient gave, newest first; nothing for other patients' ids."""
    require_patient(caller)
    if caller.actor not in ids_of(patient_ids):
        return []
    return await parts.shares.live_of_patient(caller.actor, parts.clock())
