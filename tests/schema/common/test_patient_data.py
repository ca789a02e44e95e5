"""Whatever is shown of a patient's data leaves a trail; what has nothing to do with a patient leaves none."""

import pytest
import strawberry

from schema.common.building import build
from schema.common.patient_data import PATIENT_DATA, UnknownSubjectError, is_patient_data, patients_writes
from schema.common.permissions import DOCTOR
from schema.doctor.schema import schema as doctor_schema
from schema.erp.schema import schema as erp_schema
from schema.patient.schema import schema as patient_schema
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams
from tests.schema.happening import change

pytestmark = pytest.mark.anyio


async def test_each_field_of_a_patients_object_is_noted(ask: Asking) -> None:
    await ask.doctor('{ record(id: "rec_1") { title: id size: sizeBytes downloadUrl } }')

    assert ask.trail.shown == {
        "pat_1": {"Query.record", "MedicalRecord.id", "MedicalRecord.sizeBytes", "MedicalRecord.downloadUrl"}
    }


async def test_that_an_object_is_there_is_noted(ask: Asking) -> None:
    await ask.doctor('{ patient(id: "pat_7") { __typename } }')

    assert ask.trail.shown == {"pat_7": {"Query.patient"}}


async def test_each_patient_of_a_list_is_noted(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.size = 2
    await ask.erp("{ patients { nodes { cpf } } }")

    fields = {"PatientConnection.nodes", "Patient.cpf"}
    assert ask.trail.shown == {"pat_1": fields, "pat_2": fields}


async def test_an_object_behind_an_interface_is_noted(ask: Asking) -> None:
    await ask.doctor('{ node(id: "apt_1") { id ... on Appointment { reason } } }')

    assert ask.trail.shown == {"pat_1": {"Query.node", "Appointment.id", "Appointment.reason"}}


async def test_a_write_is_noted_whatever_is_selected(ask: Asking) -> None:
    await ask.patient('mutation { revokeShare(input: {shareId: "shr_1"}) { __typename } }')

    assert ask.trail.shown == {"pat_1": {"Mutation.revokeShare"}}


async def test_a_problem_is_no_patients_data(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.refusals["records DELETE /shares/{id}"] = (404, "NOT_FOUND")
    await ask.patient('mutation { revokeShare(input: {shareId: "shr_1"}) { __typename } }')

    assert ask.trail.shown == {}


async def test_what_is_watched_is_noted(ask: Asking) -> None:
    ask.happened.changes = [change(1)]
    await ask.watch_as_patient("subscription { notificationReceived { message } }")

    assert ask.trail.shown == {"pat_1": {"Subscription.notificationReceived", "Notification.message"}}


async def test_what_is_nobodys_leaves_no_trail(ask: Asking) -> None:
    await ask.patient("{ doctors { nodes { name nextSlot { startsAt } } } specialties { name } }")

    assert ask.trail.shown == {}


async def test_a_field_that_is_refused_is_not_shown(ask: Asking) -> None:
    """The role finance may see that a patient is there, and not the date of birth."""
    ask.roles = frozenset({"finance"})
    await ask.erp('{ appointment(id: "apt_1") { patient { id birthDate } } }')

    assert "Patient.birthDate" not in ask.trail.shown["pat_1"]
    assert ("pat_1", "Patient.birthDate") in ask.trail.refused


async def test_what_is_not_there_is_noted_by_its_key(ask: Asking) -> None:
    await ask.doctor('{ record(id: "absent_1") { title } }')

    assert (ask.trail.shown, ask.trail.absent) == ({}, [("absent_1", "Query.record")])


def test_which_mutations_write_a_patients_data() -> None:
    assert patients_writes(erp_schema) == frozenset()
    assert patients_writes(patient_schema) == {
        f"Mutation.{name}"
        for name in (
            "bookAppointment",
            "cancelAppointment",
            "confirmRegistration",
            "finishRecordUpload",
            "registerPatient",
            "revokeShare",
            "shareRecords",
            "startRecordUpload",
        )
    }
    assert patients_writes(doctor_schema) == {
        f"Mutation.{name}"
        for name in (
            "cancelAppointment",
            "completeAppointment",
            "confirmAppointment",
            "declineAppointment",
            "requestEmergencyAccess",
            "writeNote",
        )
    }


@pytest.mark.parametrize("graph", [patient_schema, doctor_schema, erp_schema], ids=["patient", "doctor", "erp"])
def test_no_type_with_a_patients_id_is_forgotten(graph: strawberry.Schema) -> None:
    """Whose objects know a patient hold a patient's data: but for the audit's own, which name the patient."""
    knowing = {
        name
        for name, concrete in graph.schema_converter.type_map.items()
        if "patient_id" in getattr(getattr(concrete.definition, "origin", None), "__annotations__", {})
        and not getattr(concrete.definition, "is_input", False)
    }
    holding = {
        name
        for name, concrete in graph.schema_converter.type_map.items()
        if is_patient_data(getattr(concrete.definition, "origin", None))
    }
    assert knowing - holding <= {"AuditEvent"}


def test_a_type_that_does_not_say_whose_it_is_does_not_build() -> None:
    @strawberry.type(directives=[DOCTOR, PATIENT_DATA])
    class Diagnosis:
        text: str

    @strawberry.type(directives=[DOCTOR])
    class Query:
        diagnosis: Diagnosis | None = None

    @strawberry.type(directives=[DOCTOR])
    class Mutation:
        nothing: str = ""

    with pytest.raises(UnknownSubjectError, match="Diagnosis"):
        build("doctor", Query, Mutation)
