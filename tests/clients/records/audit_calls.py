"""The audit's part of the records client, each method with the one request that it makes."""

from datetime import UTC, datetime

from clients.ids import PatientId
from clients.pages import PageRequest
from clients.records.audit import (
    AuditDecision,
    AuditEvent,
    AuditEvents,
    AuditKind,
    AuditPool,
    AuditSearch,
    NewEmergencyAccess,
)
from clients.records.client import RecordsClient
from tests.clients.contract import Call

PATIENTS = [PatientId("pat_1"), PatientId("pat_2")]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

EVENT = AuditEvent(
    operation_id="ab" * 16,
    request_id="cd" * 16,
    actor="doc_1",
    pool=AuditPool.DOCTOR,
    roles=(),
    patient_id=PATIENTS[0],
    operation="Read",
    kind=AuditKind.QUERY,
    fields=("MedicalRecord.title",),
    denied_fields=(),
    decision=AuditDecision.ALLOWED,
    at=NOON,
)

AUDIT_CALLS: dict[str, Call[RecordsClient]] = {
    "open_emergency_access": Call(
        lambda client: client.open_emergency_access(NewEmergencyAccess(patient_id=PATIENTS[0], reason="Unconscious")),
        "POST /emergency-accesses",
        {"patientId": "pat_1", "reason": "Unconscious"},
    ),
    "append_audit_events": Call(
        lambda client: client.append_audit_events(AuditEvents(events=(EVENT,))),
        "POST /audit/events",
        {
            "events": [
                {
                    "operationId": "ab" * 16,
                    "requestId": "cd" * 16,
                    "actor": "doc_1",
                    "pool": "doctor",
                    "roles": [],
                    "patientId": "pat_1",
                    "operation": "Read",
                    "kind": "QUERY",
                    "fields": ["MedicalRecord.title"],
                    "deniedFields": [],
                    "decision": "ALLOWED",
                    "at": "2026-11-24T12:00:00Z",
                }
            ]
        },
    ),
    "audit_ready": Call(lambda client: client.audit_ready(), "GET /audit/ready"),
    "audit_of_patients": Call(
        lambda client: client.audit_of_patients(PATIENTS, PageRequest(20, "c")),
        "GET /audit/of-patients?patientIds=pat_1,pat_2&limit=20&after=c",
    ),
    "search_audit": Call(
        lambda client: client.search_audit(
            AuditSearch(patient_id=PATIENTS[0], actor="doc_1", decision=AuditDecision.DENIED, since=NOON, until=NOON),
            PageRequest(20, "c"),
        ),
        "GET /audit/events?patientId=pat_1&actor=doc_1&decision=DENIED&limit=20&after=c"
        "&from=2026-11-24T12:00:00Z&to=2026-11-24T12:00:00Z",
    ),
}
