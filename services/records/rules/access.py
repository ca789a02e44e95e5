"""Who may read a record now, and how long a share lasts. Pure: the clock's answer comes in."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

from services.common.callers import Caller
from services.common.wire import NotFound, Problem
from services.records.models import Grant, MedicalRecord, RecordStatus

MAX_SHARE: Final = timedelta(days=365)
MAX_DOWNLOAD: Final = timedelta(minutes=5)

_RECORD: Final = re.compile(r"rec_([0-9a-z]{26})")
_DOCTOR: Final = re.compile(r"doc_([0-9a-z]{26})")
_SHARE: Final = re.compile(r"shr_([0-9a-z]{26})([0-9a-z]{26})")


class InvalidExpiry(Problem):
    """A share that would be over already, or last too long."""

    def __init__(self) -> None:
        super().__init__(422, "INVALID_EXPIRY", f"A share ends in the future, within {MAX_SHARE.days} days.")


def expiry_of(expires_at: datetime, now: datetime) -> datetime:
    """Return, in UTC, when a share given now ends; raise `InvalidExpiry`."""
    if not now < expires_at <= now + MAX_SHARE:
        raise InvalidExpiry
    return expires_at.astimezone(UTC)


def is_live(grant: Grant, now: datetime) -> bool:
    """Say whether a share holds at this moment: not revoked, not yet at its end."""
    return grant.revoked_at is None and now < grant.share.expires_at


def owns(caller: Caller, record: MedicalRecord) -> bool:
    """Say whether the caller is the patient whose record this is."""
    return caller.is_person("patient", record.patient_id)


def may_read(caller: Caller, record: MedicalRecord, grant: Grant | None, now: datetime) -> bool:
    """Say whether the caller may read the record now: its patient always, a doctor by a live share of that record."""
    if owns(caller, record):
        return True
    return (
        grant is not None
        and record.status is RecordStatus.READY
        and grant.share.record_id == record.id
        and grant.share.patient_id == record.patient_id
        and caller.is_person("doctor", grant.share.doctor_id)
        and is_live(grant, now)
    )


def download_lifetime(until: datetime | None, now: datetime) -> timedelta:
    """Return for how long a download URL may last, in whole seconds: no longer than what allows it; perhaps zero."""
    left = MAX_DOWNLOAD if until is None else min(MAX_DOWNLOAD, until - now)
    return max(timedelta(0), timedelta(seconds=left // timedelta(seconds=1)))


def share_id(record_id: str, doctor_id: str) -> str:
    """Return the id of the one share between a record and a doctor; raise `NotFound` where they cannot be such ids."""
    record, doctor = _RECORD.fullmatch(record_id), _DOCTOR.fullmatch(doctor_id)
    if not record or not doctor:
        raise NotFound
    return f"shr_{record[1]}{doctor[1]}"


def shared_by(share: str) -> tuple[str, str]:
    """Return the record's and the doctor's id from a share's; raise `NotFound` where it is not a share's id."""
    parts = _SHARE.fullmatch(share)
    if not parts:
        raise NotFound
    return f"rec_{parts[1]}", f"doc_{parts[2]}"
