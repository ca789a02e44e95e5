from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.callers import ANONYMOUS, Caller, Pool
from services.common.wire import NotFound
from services.records.models import Author, Category, Grant, MedicalRecord, RecordStatus, Share
from services.records.rules.access import (
    InvalidExpiry,
    download_lifetime,
    expiry_of,
    is_live,
    may_read,
    share_id,
    shared_by,
)

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OWNER, DOCTOR = "pat_" + "a" * 26, "doc_" + "b" * 26
RECORD = MedicalRecord(
    id="rec_" + "c" * 26,
    patient_id=OWNER,
    title="Hemogram",
    category=Category.EXAM,
    content_type="application/pdf",
    size_bytes=3,
    sha256="0" * 64,
    created_at=NOW - timedelta(days=2),
    status=RecordStatus.READY,
    author=Author(id=OWNER, pool="patient"),
)
SHARE = Share(
    id=share_id(RECORD.id, DOCTOR),
    record_id=RECORD.id,
    doctor_id=DOCTOR,
    patient_id=OWNER,
    created_at=NOW - timedelta(days=1),
    expires_at=NOW + timedelta(days=1),
)
GRANT = Grant(share=SHARE, record_created_at=RECORD.created_at, revoked_at=None, version=1)

ulids = st.text("0123456789abcdefghjkmnpqrstvwxyz", min_size=26, max_size=26)


def test_the_owner_reads_and_so_does_the_doctor_of_a_live_share() -> None:
    assert may_read(Caller(OWNER, "patient"), RECORD, None, NOW)
    assert may_read(Caller(DOCTOR, "doctor"), RECORD, GRANT, NOW)


@pytest.mark.parametrize(
    ("actor", "pool"),
    [
        ("pat_other", "patient"),
        (OWNER, "doctor"),
        (OWNER, "erp"),
        (OWNER, "service"),
        (DOCTOR, "patient"),
        (DOCTOR, "erp"),
        (DOCTOR, "service"),
        ("doc_other", "doctor"),
        (ANONYMOUS, "patient"),
        (ANONYMOUS, "doctor"),
    ],
)
def test_nobody_else_reads(actor: str, pool: Pool) -> None:
    """An id counts in its own pool only."""
    assert not may_read(Caller(actor, pool, frozenset({"admin"})), RECORD, GRANT, NOW)


@pytest.mark.parametrize(
    "fault",
    [
        {"record_id": "rec_" + "d" * 26},
        {"doctor_id": "doc_" + "d" * 26},
        {"patient_id": "pat_" + "d" * 26},
        {"expires_at": NOW},
    ],
)
def test_a_share_of_something_else_opens_nothing(fault: dict[str, object]) -> None:
    grant = GRANT.model_copy(update={"share": SHARE.model_copy(update=fault)})

    assert not may_read(Caller(DOCTOR, "doctor"), RECORD, grant, NOW)


def test_a_doctor_does_not_see_a_file_that_has_not_arrived() -> None:
    pending = RECORD.model_copy(update={"status": RecordStatus.PENDING})

    assert may_read(Caller(OWNER, "patient"), pending, None, NOW)
    assert not may_read(Caller(DOCTOR, "doctor"), pending, GRANT, NOW)


@given(st.timedeltas(timedelta(days=-2), timedelta(days=2)), st.none() | st.just(NOW))
def test_a_share_lives_until_its_end_or_its_revocation(offset: timedelta, revoked_at: datetime | None) -> None:
    grant = GRANT.model_copy(update={"revoked_at": revoked_at})

    assert is_live(grant, SHARE.expires_at + offset) == (revoked_at is None and offset < timedelta(0))


@given(st.datetimes(timezones=st.timezones()))
def test_an_expiry_lies_in_the_future_within_a_year(expires_at: datetime) -> None:
    if timedelta(0) < expires_at - NOW <= timedelta(days=365):
        assert expiry_of(expires_at, NOW) == expires_at
        assert expiry_of(expires_at, NOW).tzinfo is UTC
    else:
        with pytest.raises(InvalidExpiry):
            expiry_of(expires_at, NOW)


@pytest.mark.parametrize("offset", [timedelta(0), timedelta(days=365, microseconds=1)])
def test_the_edges_of_an_expiry_are_outside(offset: timedelta) -> None:
    with pytest.raises(InvalidExpiry):
        expiry_of(NOW + offset, NOW)


def test_a_share_may_last_a_year() -> None:
    assert expiry_of(NOW + timedelta(days=365), NOW) == NOW + timedelta(days=365)


@given(st.none() | st.timedeltas(timedelta(seconds=-9), timedelta(minutes=9)))
def test_a_download_ends_with_what_allows_it(left: timedelta | None) -> None:
    lifetime = download_lifetime(None if left is None else NOW + left, NOW)

    assert timedelta(0) <= lifetime <= timedelta(minutes=5)
    assert left is None or lifetime <= max(left, timedelta(0))
    assert lifetime.microseconds == 0
    assert lifetime > timedelta(minutes=4) or (left is not None and left - lifetime < timedelta(seconds=1))


@given(ulids, ulids)
def test_a_shares_id_is_its_records_and_its_doctors(record: str, doctor: str) -> None:
    assert shared_by(share_id(f"rec_{record}", f"doc_{doctor}")) == (f"rec_{record}", f"doc_{doctor}")


@pytest.mark.parametrize(
    "text", ["", "shr_", "shr_" + "a" * 51, "shr_" + "a" * 53, "rec_" + "a" * 52, "shr_" + "A" * 52]
)
def test_what_is_not_a_shares_id_is_absent(text: str) -> None:
    with pytest.raises(NotFound):
        shared_by(text)


@pytest.mark.parametrize(
    ("record", "doctor"), [("rec_1", DOCTOR), (RECORD.id, "doc_1"), (RECORD.id, OWNER), (DOCTOR, DOCTOR)]
)
def test_what_is_not_a_record_or_a_doctor_cannot_be_shared(record: str, doctor: str) -> None:
    with pytest.raises(NotFound):
        share_id(record, doctor)
