"""Everybody's audit, for the roles admin and auditor."""

from datetime import datetime
from typing import Self

import strawberry

from clients.erp.loaders import RegistrationByDoctorLoader
from clients.ids import DoctorId, PatientId
from clients.loaders import Asked
from clients.pages import Page, PageRequest
from clients.records import audit
from clients.records.loaders import PatientByIdLoader
from schema.common.costs import list_size
from schema.common.enums import AuditDecision, AuditKind, AuditPool
from schema.common.errors import BadUserInput
from schema.common.loaded import loaded
from schema.common.messages import InputMistake
from schema.common.pagination import DEFAULT_PAGE_SIZE, After, Connection, First, connection, page_request
from schema.erp.people import Doctor, Patient
from schema.erp.permissions import AUDIT


def _doctor_id(event: "AuditEvent") -> DoctorId | None:
    return DoctorId(event.actor_id) if event.pool is AuditPool.DOCTOR else None


@strawberry.type(directives=[AUDIT])
class AuditEvent:
    """One operation and one patient: who, what, when, and how it was decided; never what the data says.

    A denial that concerns nobody in particular has no patient. `sequence` is the event's place in the chain of the
    patient (or of the actor, without one). `requestId` correlates, and a client may have chosen it.
    """

    id: strawberry.ID
    sequence: int
    actor_id: strawberry.ID
    pool: AuditPool
    roles: list[str] = strawberry.field(directives=[list_size(4)])
    patient_id: strawberry.ID | None
    kind: AuditKind
    operation: str | None
    fields: list[str] = strawberry.field(directives=[list_size(20)])
    denied_fields: list[str] = strawberry.field(directives=[list_size(5)])
    decision: AuditDecision
    at: datetime
    recorded_at: datetime
    request_id: str
    patient: Patient | None = loaded(PatientByIdLoader, key=lambda event: event.patient_id, into=Patient.of)
    doctor: Doctor | None = loaded(RegistrationByDoctorLoader, key=_doctor_id, into=Doctor.of)

    @classmethod
    def of(cls, model: audit.AuditEntry) -> Self:
        """Project the model."""
        return cls(
            id=strawberry.ID(model.id),
            sequence=model.sequence,
            actor_id=strawberry.ID(model.actor),
            pool=model.pool,
            roles=list(model.roles),
            patient_id=strawberry.ID(model.patient_id) if model.patient_id else None,
            kind=model.kind,
            operation=model.operation,
            fields=list(model.fields),
            denied_fields=list(model.denied_fields),
            decision=model.decision,
            at=model.at,
            recorded_at=model.recorded_at,
            request_id=model.request_id,
        )


@strawberry.input
class AuditFilter:
    """Which events: each that is given narrows it. The times are [from, to)."""

    patient_id: strawberry.ID | None = None
    actor_id: strawberry.ID | None = None
    decision: AuditDecision | None = None
    since: datetime | None = strawberry.field(name="from", default=None)
    until: datetime | None = strawberry.field(name="to", default=None)


def audit_key(
    _root: object, *, filter: AuditFilter | None = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Asked[audit.AuditSearch, PageRequest]:
    """Return what to search for, and which page of it."""
    wanted = filter or AuditFilter()
    if wanted.since and wanted.until and wanted.since >= wanted.until:
        raise BadUserInput(InputMistake.NO_PERIOD)
    search = audit.AuditSearch(
        patient_id=PatientId(wanted.patient_id) if wanted.patient_id else None,
        actor=wanted.actor_id or None,
        decision=wanted.decision,
        since=wanted.since,
        until=wanted.until,
    )
    return Asked(search, page_request(first, after))


def audit_connection(
    _root: object, asked: Asked[audit.AuditSearch, PageRequest], page: Page[audit.AuditEntry]
) -> Connection[AuditEvent]:
    """Project a page of events, the latest first."""
    return connection(page, asked.how, AuditEvent.of)
