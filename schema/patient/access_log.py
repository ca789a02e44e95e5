"""Who did what with the patient's data: what the audit has, as the patient reads it."""

from datetime import datetime
from typing import Self

import strawberry

from clients.ids import DoctorId, PatientId
from clients.loaders import Asked
from clients.pages import PageRequest
from clients.records import audit
from clients.scheduling.loaders import DoctorByIdLoader
from schema.common.costs import list_size
from schema.common.enums import AuditDecision, AuditKind, AuditPool
from schema.common.loaded import loaded
from schema.common.nodes import Node
from schema.common.pagination import DEFAULT_PAGE_SIZE, After, Connection, First, connection, page_request
from schema.common.permissions import PATIENT
from schema.patient.doctors import Doctor


def _doctor_id(entry: "AccessLogEntry") -> DoctorId | None:
    return DoctorId(entry.actor) if entry.pool is AuditPool.DOCTOR else None


@strawberry.type(directives=[PATIENT])
class AccessLogEntry:
    """One operation that had to do with the patient's data. `fields` are what was shown, by their names in the graph.

    `deniedFields` are what was asked for in vain. `pool` says who did it: the patient, a doctor (who is `doctor`), or
    somebody of HealthMed.
    """

    id: strawberry.ID
    actor: strawberry.Private[str]
    pool: AuditPool
    kind: AuditKind
    operation: str | None
    fields: list[str] = strawberry.field(directives=[list_size(20)])
    denied_fields: list[str] = strawberry.field(directives=[list_size(5)])
    decision: AuditDecision
    at: datetime
    doctor: Doctor | None = loaded(DoctorByIdLoader, key=_doctor_id, into=Doctor.of)

    @classmethod
    def of(cls, model: audit.AuditEntry) -> Self:
        """Project the model."""
        return cls(
            id=strawberry.ID(model.id),
            actor=model.actor,
            pool=model.pool,
            kind=model.kind,
            operation=model.operation,
            fields=list(model.fields),
            denied_fields=list(model.denied_fields),
            decision=model.decision,
            at=model.at,
        )


def access_log_key(
    patient: Node, *, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Asked[PatientId, PageRequest]:
    """Return whose log, and which page of it."""
    return Asked(PatientId(patient.id), page_request(first, after))


def access_log_connection(
    _patient: Node, asked: Asked[PatientId, PageRequest], page: audit.AuditOfPatient
) -> Connection[AccessLogEntry]:
    """Project a page of the log, the latest first."""
    return connection(page, asked.how, AccessLogEntry.of)
