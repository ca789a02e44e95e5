"""Breaking the glass: a doctor who must read now what nobody could share."""

import re
from typing import Annotated, Final

from fastapi import APIRouter, Header

from services.common.callers import CallerOf
from services.common.ids import new_id
from services.common.wire import NotFound
from services.records.emergency.models import EmergencyAccess, NewEmergency
from services.records.emergency.rules import DoctorSuspended, reason_of
from services.records.models import PatientStatus
from services.records.parts import PartsOf
from services.records.rules.audience import require_doctor

_REQUEST_ID: Final = re.compile(r"[0-9a-f-]{32,36}")

RequestId = Annotated[str | None, Header(alias="X-Request-Id", max_length=100)]

routes = APIRouter()


@routes.post("/emergency-accesses", status_code=201)
async def open_emergency_access(
    new: NewEmergency, caller: CallerOf, parts: PartsOf, request_id: RequestId = None
) -> EmergencyAccess:
    """Open a patient's records to the calling doctor for a while; the patient and the auditors are told.

    The same reason again, while it lasts, is the same access. 404 NOT_FOUND: no such patient; 409 DOCTOR_SUSPENDED; 422
    JUSTIFICATION_REQUIRED; 503 where scheduling does not answer.
    """
    require_doctor(caller)
    reason = reason_of(new.reason)
    if not await parts.care.is_active(caller.actor):
        raise DoctorSuspended
    found = await parts.patients.patients([new.patient_id])
    if not any(profile.status is PatientStatus.ACTIVE for profile in found):
        raise NotFound
    now = parts.clock()
    for access in await parts.emergencies.live_of(caller.actor, now):
        if (access.patient_id, access.reason) == (new.patient_id, reason):
            return access
    access = EmergencyAccess(
        id=new_id("emg", now),
        doctor_id=caller.actor,
        patient_id=new.patient_id,
        reason=reason,
        created_at=now,
        expires_at=now + parts.emergency_lasts,
    )
    await parts.emergencies.open(access, request_id if _REQUEST_ID.fullmatch(request_id or "") else None)
    return access
