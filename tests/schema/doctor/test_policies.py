from datetime import UTC, datetime, timedelta

import hypothesis.strategies as st
import msgspec
import pytest
from hypothesis import given

from clients.records.models import MedicalRecord, Note
from clients.scheduling.availability import Availability
from clients.scheduling.models import Appointment, Doctor
from schema.common.principals import Principal
from schema.doctor.policies import allows, may_read_record
from tests.schema import samples

BRUNO = Principal(audience="doctor", id="doc_1")
NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OWN = [
    msgspec.convert(samples.doctor("doc_1"), Doctor),
    msgspec.convert(samples.appointment("apt_1"), Appointment),
    msgspec.convert(samples.availability("doc_1"), Availability),
    msgspec.convert(samples.note("apt_1"), Note),
]
OTHERS = [
    msgspec.convert(samples.doctor("doc_2"), Doctor),
    msgspec.convert(samples.appointment("apt_2"), Appointment),
    msgspec.convert(samples.availability("doc_2"), Availability),
    msgspec.convert(samples.note("apt_1") | {"doctorId": "doc_2"}, Note),
]


def record(doctor_id: str = "doc_1", left: timedelta = timedelta(seconds=1), status: str = "READY") -> MedicalRecord:
    """Return a record that is open to a doctor for so long yet."""
    open_to = {"doctorId": doctor_id, "until": (NOW + left).isoformat()}
    return msgspec.convert(samples.record("rec_1", openTo=open_to, status=status), MedicalRecord)


@pytest.mark.parametrize("model", OWN, ids=lambda model: type(model).__name__)
def test_a_doctor_sees_the_own_practice(model: object) -> None:
    assert allows(BRUNO, model, NOW)


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: type(model).__name__)
def test_a_doctor_sees_nothing_of_anothers(model: object) -> None:
    assert not allows(BRUNO, model, NOW)


@given(st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_a_record_is_open_until_its_end_and_not_at_it(left: timedelta) -> None:
    assert may_read_record(BRUNO, record(left=left), NOW) == (left > timedelta(0))


def test_a_record_is_open_to_the_doctor_whom_it_names_once_its_file_is_there() -> None:
    assert allows(BRUNO, record(), NOW)
    assert not allows(BRUNO, record(doctor_id="doc_2"), NOW)
    assert not allows(BRUNO, record(status="PENDING"), NOW)
    assert not allows(BRUNO, msgspec.convert(samples.record("rec_1", openTo=None), MedicalRecord), NOW)
