"""Events as the BFF tells them."""

import secrets
from datetime import UTC, datetime

from services.records.audit.models import AuditEvent, Decision, Kind

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANA, BIA, BRUNO, CARLA = "pat_ana", "pat_bia", "doc_bruno", "adm_carla"


def event(patient_id: str | None = ANA, at: datetime = NOON, **changes: object) -> AuditEvent:
    """Return a doctor's read of a record, with an operation id of its own; `changes` say what is not as usual."""
    usual: dict[str, object] = {
        "operation_id": secrets.token_hex(16),
        "request_id": secrets.token_hex(16),
        "actor": BRUNO,
        "pool": "doctor",
        "patient_id": patient_id,
        "operation": "ReadRecord",
        "kind": Kind.QUERY,
        "fields": ("MedicalRecord.title", "Query.record"),
        "decision": Decision.ALLOWED,
        "at": at,
    }
    return AuditEvent.model_validate(usual | changes)
