"""Who may break the glass, for how long, and what it opens. Pure: the clock's answer comes in."""

from collections.abc import Sequence
from datetime import datetime

from services.common.callers import Caller
from services.common.wire import Problem
from services.records.emergency.models import EmergencyAccess
from services.records.models import MedicalRecord, RecordStatus


class ReasonRequired(Problem):
    """An emergency access without a reason in words."""

    def __init__(self) -> None:
        super().__init__(422, "JUSTIFICATION_REQUIRED", "Say why, in words.")


class DoctorSuspended(Problem):
    """The doctor may not practise here now."""

    def __init__(self) -> None:
        super().__init__(409, "DOCTOR_SUSPENDED", "A suspended doctor has no emergency access.")


def reason_of(text: str) -> str:
    """Return a reason without the blanks around it; raise `ReasonRequired` where nothing is left."""
    reason = text.strip()
    if not reason:
        raise ReasonRequired
    return reason


def is_live(access: EmergencyAccess, now: datetime) -> bool:
    """Say whether an access holds at this moment."""
    return access.created_at <= now < access.expires_at


def opens(access: EmergencyAccess, caller: Caller, record: MedicalRecord, now: datetime) -> bool:
    """Say whether an access lets the caller read a record now: as that doctor, that patient's, once it is READY."""
    return (
        caller.is_person("doctor", access.doctor_id)
        and record.patient_id == access.patient_id
        and record.status is RecordStatus.READY
        and is_live(access, now)
    )


def to(patient_id: str, accesses: Sequence[EmergencyAccess], now: datetime) -> EmergencyAccess | None:
    """Return that of the accesses which holds for a patient now and lasts longest, if any."""
    live = [each for each in accesses if each.patient_id == patient_id and is_live(each, now)]
    return max(live, key=lambda each: each.expires_at, default=None)
