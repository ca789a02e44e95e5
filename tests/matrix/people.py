"""A small world under the services' own rules, without their stores: who shares, revokes, books, cancels, and when."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

import msgspec

from clients.records import models as shown
from schema.common.principals import Principal
from schema.doctor import policies as doctor_policies
from schema.patient import policies as patient_policies
from services.common.callers import Caller
from services.common.wire import NotFound, Problem
from services.records.models import Author, Category, Grant, MedicalRecord, RecordStatus, Share
from services.records.reading import Readable
from services.records.rules.access import expiry_of, is_live, may_read, owns, share_id
from services.scheduling.models import Appointment, AppointmentStatus
from services.scheduling.rules.transitions import Action, as_of, transition

BEGINNING: Final = datetime(2026, 11, 24, 12, tzinfo=UTC)
PATIENTS: Final = ("pat_" + "a" * 26, "pat_" + "b" * 26)
DOCTORS: Final = ("doc_" + "c" * 26, "doc_" + "d" * 26)
RECORDS: Final = tuple("rec_" + letter * 26 for letter in "efgh")
OWNERS: Final = dict(zip(RECORDS, (*PATIENTS, *PATIENTS), strict=True))
CALLERS: Final = [Caller(each, "patient") for each in PATIENTS] + [Caller(each, "doctor") for each in DOCTORS]


def _record(record_id: str) -> MedicalRecord:
    owner = OWNERS[record_id]
    return MedicalRecord(
        id=record_id,
        patient_id=owner,
        title="Hemogram",
        category=Category.EXAM,
        content_type="application/pdf",
        size_bytes=3,
        sha256="0" * 64,
        created_at=BEGINNING,
        status=RecordStatus.PENDING,
        author=Author(id=owner, pool="patient"),
    )


@dataclass(slots=True)
class Services:
    """What records and scheduling would keep, and their decisions: by their rules."""

    now: datetime = BEGINNING
    records: dict[str, MedicalRecord] = field(default_factory=lambda: {each: _record(each) for each in RECORDS})
    grants: dict[tuple[str, str], Grant] = field(default_factory=dict)
    appointments: list[Appointment] = field(default_factory=list)

    def arrive(self, record_id: str) -> None:
        """Take a record's file in."""
        self.records[record_id] = self.records[record_id].model_copy(update={"status": RecordStatus.READY})

    def share(self, caller: Caller, record_id: str, doctor_id: str, expires_at: datetime) -> bool:
        """Share, as `POST /shares` does; say whether it did."""
        record = self.records[record_id]
        try:
            end = expiry_of(expires_at, self.now)
        except Problem:
            return False
        if not owns(caller, record):
            return False
        share = Share(
            id=share_id(record_id, doctor_id),
            record_id=record_id,
            doctor_id=doctor_id,
            patient_id=record.patient_id,
            created_at=self.now,
            expires_at=end,
        )
        self.grants[record_id, doctor_id] = Grant(
            share=share, record_created_at=record.created_at, revoked_at=None, version=1
        )
        return True

    def revoke(self, caller: Caller, record_id: str, doctor_id: str) -> bool:
        """Revoke, as `DELETE /shares/{id}` does; say whether it did."""
        grant = self.grants.get((record_id, doctor_id))
        if grant is None or not caller.is_person("patient", grant.share.patient_id) or not is_live(grant, self.now):
            return False
        self.grants[record_id, doctor_id] = grant.model_copy(update={"revoked_at": self.now})
        return True

    def read(self, caller: Caller, record_id: str) -> shown.MedicalRecord | None:
        """Return what `GET /records` answers the BFF, over the wire."""
        record, grant = self.records[record_id], self.grants.get((record_id, caller.actor))
        if not may_read(caller, record, grant, self.now):
            return None
        readable = Readable(record, grant.share.expires_at if grant else None)
        return msgspec.json.decode(readable.shown_to(caller).model_dump_json(by_alias=True), type=shown.MedicalRecord)

    def book(self, patient_id: str, doctor_id: str, starts_at: datetime) -> None:
        """Request an appointment."""
        self.appointments.append(
            Appointment(
                id=f"apt_{len(self.appointments)}",
                patient_id=patient_id,
                doctor_id=doctor_id,
                status=AppointmentStatus.REQUESTED,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=50),
                time_zone="America/Sao_Paulo",
                price_cents=1,
                currency="BRL",
                reason="Palpitations",
                created_at=self.now,
                version=1,
                telemedicine_consent_at=self.now,
                cancellation=None,
                decline_reason=None,
                meeting=None,
                history=(),
            )
        )

    def act(self, caller: Caller, number: int, action: Action) -> str:
        """Do something to an appointment; return the status that it has now, or NOT_FOUND."""
        before = as_of(self.appointments[number], self.now)
        after = transition(before, action, caller, self.now, "in words")
        if isinstance(after, Appointment):
            self.appointments[number] = after
            return after.status.value
        return "NOT_FOUND" if isinstance(after, NotFound) else before.status.value


def allows(caller: Caller, model: object, now: datetime) -> bool:
    """Ask the BFF's policies about what a service answered a person."""
    match caller.pool:
        case "patient":
            return patient_policies.allows(Principal(audience="patient", id=caller.actor), model)
        case "doctor":
            return doctor_policies.allows(Principal(audience="doctor", id=caller.actor), model, now)
        case "erp" | "service":
            return False
