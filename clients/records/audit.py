"""The audit as the records service keeps it, and emergency access."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from clients.ids import DoctorId, EmergencyAccessId, PatientId
from clients.pages import Page
from clients.wire import Instant, Wire


class AuditDecision(Enum):
    """How an operation on a patient's data was decided."""

    ALLOWED = "ALLOWED"
    DENIED = "DENIED"
    EMERGENCY = "EMERGENCY"


class AuditKind(Enum):
    """What was done: an operation of a graph, or an emergency access that was given."""

    QUERY = "QUERY"
    MUTATION = "MUTATION"
    SUBSCRIPTION = "SUBSCRIPTION"
    EMERGENCY_ACCESS = "EMERGENCY_ACCESS"


class AuditPool(Enum):
    """Who did it: a person of which pool."""

    PATIENT = "patient"
    DOCTOR = "doctor"
    ERP = "erp"


class AuditEvent(Wire, frozen=True, kw_only=True):
    """One operation and one patient: fields as the schema names them, never a value.

    `operation_id` is the operation's alone; `request_id` correlates, and a client may have chosen it. `patient_id` is
    None for a denial that concerns nobody in particular.
    """

    operation_id: str
    request_id: str
    actor: str
    pool: AuditPool
    roles: tuple[str, ...]
    patient_id: PatientId | None
    operation: str | None
    kind: AuditKind
    fields: tuple[str, ...]
    denied_fields: tuple[str, ...]
    decision: AuditDecision
    at: Instant


class AuditEvents(Wire, frozen=True):
    """At most 100 events to append, each once however often it is sent."""

    events: tuple[AuditEvent, ...]


class Appended(Wire, frozen=True):
    """How many of the events were new."""

    appended: int


class AuditEntry(AuditEvent, frozen=True, kw_only=True):
    """An event in its place in the patient's chain."""

    id: str
    sequence: int
    recorded_at: Instant


class AuditOfPatient(Page[AuditEntry], frozen=True):
    """One page of what was done with a patient's data, the latest first."""

    patient_id: PatientId


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditSearch:
    """What to look for: each that is given narrows it. Times are [since, until)."""

    patient_id: PatientId | None = None
    actor: str | None = None
    decision: AuditDecision | None = None
    since: datetime | None = None
    until: datetime | None = None


class NewEmergencyAccess(Wire, frozen=True):
    """Whose records a doctor must read now, and why."""

    patient_id: PatientId
    reason: str


class EmergencyAccess(Wire, frozen=True):
    """One doctor may read all records of one patient until `expires_at`."""

    id: EmergencyAccessId
    doctor_id: DoctorId
    patient_id: PatientId
    reason: str
    created_at: Instant
    expires_at: Instant
