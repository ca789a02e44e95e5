from bff.asking import Asker
from bff.audit.recorder import Recorder
from clients.access import Access
from clients.ids import PatientId
from clients.records.audit import AuditDecision, AuditEvent, AuditKind, AuditPool
from schema.common.principals import Audience, Principal
from tests.bff.audit.sinks import NOON

REQUEST = "ab" * 16
ROOTS = ["Query.record", "Query.patient"]


def recorder(audience: Audience = "doctor", who: str | None = "doc_1", roles: frozenset[str] = frozenset()) -> Recorder:
    principal = Principal(audience=audience, id=who, roles=roles)
    return Recorder(Asker(principal=principal, language="en", address="", request_id=REQUEST), lambda: NOON)


def events(trail: Recorder) -> list[AuditEvent]:
    return list(trail.events(AuditKind.QUERY, "Read", ROOTS))


def test_an_operation_gives_one_event_a_patient() -> None:
    trail = recorder()
    for patient, coordinate in [("pat_1", "Patient.name"), ("pat_2", "Patient.name"), ("pat_1", "MedicalRecord.title")]:
        trail.touched([patient], coordinate)
        trail.touched([patient], coordinate)

    first, second = events(trail)
    assert first == AuditEvent(
        operation_id=first.operation_id,
        request_id=REQUEST,
        actor="doc_1",
        pool=AuditPool.DOCTOR,
        roles=(),
        patient_id=PatientId("pat_1"),
        operation="Read",
        kind=AuditKind.QUERY,
        fields=("MedicalRecord.title", "Patient.name"),
        denied_fields=(),
        decision=AuditDecision.ALLOWED,
        at=NOON,
    )
    assert (second.patient_id, second.fields) == ("pat_2", ("Patient.name",))


def test_an_operation_that_has_nothing_to_do_with_a_patient_gives_none() -> None:
    trail = recorder()
    trail.missed("rec_absent", "Query.record")

    assert events(trail) == []


def test_a_clients_request_id_does_not_make_two_operations_one() -> None:
    """A client that sends the same id again would otherwise read unseen."""
    ids = set()
    for _ in range(2):
        trail = recorder()
        trail.touched(["pat_1"], "Patient.name")
        ids |= {each.operation_id for each in events(trail)}

    assert len(ids) == 2


def test_a_denial_is_of_the_field_that_asked_for_the_object() -> None:
    trail = recorder()
    trail.told([Access("DENIED", "pat_1", "rec_7")])
    trail.missed("rec_7", "Query.record")
    trail.missed("rec_8", "Query.patient")

    [event] = events(trail)
    assert (event.patient_id, event.decision) == ("pat_1", AuditDecision.DENIED)
    assert (event.fields, event.denied_fields) == ((), ("Query.record",))


def test_a_denial_that_no_field_asked_for_is_of_the_operation() -> None:
    trail = recorder()
    trail.told([Access("DENIED", "pat_1", "rec_7")])

    [event] = events(trail)
    assert event.denied_fields == ("Query.patient", "Query.record")


def test_what_was_shown_and_what_was_denied_of_a_patient_is_one_event() -> None:
    trail = recorder()
    trail.touched(["pat_1"], "Patient.name")
    trail.denied("pat_1", "Query.record")

    [event] = events(trail)
    assert (event.decision, event.fields, event.denied_fields) == (
        AuditDecision.DENIED,
        ("Patient.name",),
        ("Query.record",),
    )


def test_an_emergency_is_marked_for_its_patient_alone() -> None:
    trail = recorder()
    trail.touched(["pat_1"], "MedicalRecord.title")
    trail.touched(["pat_2"], "MedicalRecord.title")
    trail.told([Access("EMERGENCY", "pat_1", "rec_7")])

    assert [each.decision for each in events(trail)] == [AuditDecision.EMERGENCY, AuditDecision.ALLOWED]


def test_a_denial_by_role_belongs_to_who_asked() -> None:
    trail = recorder("erp", "adm_1", frozenset({"finance", "not-a-role"}))
    trail.denied(None, "Query.patients")

    [event] = events(trail)
    assert (event.patient_id, event.actor, event.roles) == (None, "adm_1", ("finance",))
    assert (event.decision, event.denied_fields) == (AuditDecision.DENIED, ("Query.patients",))


def test_nobody_is_denied_nothing() -> None:
    """Without a token there is no actor whose event it would be; what is public leaves none."""
    trail = recorder("patient", None)
    trail.denied(None, "Query.me")

    assert events(trail) == []


def test_somebody_who_registers_is_anonymous() -> None:
    trail = recorder("patient", None)
    trail.touched(["pat_1"], "Mutation.registerPatient")

    [event] = events(trail)
    assert (event.actor, event.patient_id) == ("anonymous", "pat_1")
