import msgspec
import pytest

from clients.records.audit import AuditEntry
from clients.records.models import MedicalRecord, Patient, Share
from clients.scheduling.models import Appointment, Doctor
from schema.common.principals import Principal
from schema.patient.policies import allows
from tests.schema import samples

ANA = Principal(audience="patient", id="pat_1")
NOBODY = Principal(audience="patient", id=None)
OWN = [
    msgspec.convert(samples.patient("pat_1"), Patient),
    msgspec.convert(samples.appointment("apt_1"), Appointment),
    msgspec.convert(samples.record("rec_1", status="PENDING", openTo=None), MedicalRecord),
    msgspec.convert(samples.share(1, "rec_1"), Share),
    msgspec.convert(samples.audit_entry(1), AuditEntry),
]
OTHERS = [
    msgspec.convert(samples.patient("pat_2"), Patient),
    msgspec.convert(samples.appointment("apt_2"), Appointment),
    msgspec.convert(samples.record("rec_1", patientId="pat_2"), MedicalRecord),
    msgspec.convert(samples.share(1, "rec_1") | {"patientId": "pat_2"}, Share),
    msgspec.convert(samples.audit_entry(2), AuditEntry),
]


@pytest.mark.parametrize("model", OWN, ids=lambda model: type(model).__name__)
def test_a_patient_sees_the_own(model: object) -> None:
    assert allows(ANA, model)
    assert not allows(NOBODY, model)


@pytest.mark.parametrize("model", OTHERS, ids=lambda model: type(model).__name__)
def test_a_patient_sees_nothing_of_anothers(model: object) -> None:
    assert not allows(ANA, model)


def test_a_doctor_is_for_everybody_to_see() -> None:
    assert allows(NOBODY, msgspec.convert(samples.doctor("doc_1"), Doctor))
