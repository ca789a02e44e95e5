"""The demo's medical records, what patients share of them, and what doctors noted."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from sandbox.demo.files import pdf, png
from sandbox.demo.identity import demo_id
from sandbox.demo.words import NOTES
from services.records.models import (
    Author,
    Category,
    Filed,
    Grant,
    MedicalRecord,
    Note,
    RecordStatus,
    Share,
)
from services.records.rules.access import share_id
from services.scheduling.models import Appointment

_PDF: Final = "application/pdf"
_PNG: Final = "image/png"
_KINDS: Final = (
    ("Hemograma completo", Category.EXAM, _PDF),
    ("Eletrocardiograma", Category.EXAM, _PNG),
    ("Radiografia de tórax", Category.EXAM, _PNG),
    ("Laudo cardiológico", Category.REPORT, _PDF),
    ("Receita", Category.PRESCRIPTION, _PDF),
    ("Atestado", Category.CERTIFICATE, _PDF),
    ("Carteira de vacinação", Category.VACCINATION, _PDF),
)


@dataclass(frozen=True, slots=True)
class DemoRecord:
    """A record and its bytes."""

    filed: Filed
    data: bytes

    @property
    def record(self) -> MedicalRecord:
        """The description."""
        return self.filed.record


@dataclass(slots=True)
class Care:
    """What care has left so far; `begins` is the instant at which the demo begins."""

    begins: datetime
    rng: Random
    records: list[DemoRecord] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def file(self, patient_id: str, kinds: Sequence[int]) -> Sequence[MedicalRecord]:
        """Add records of these kinds (places in the list of kinds) to a patient, each a few days older."""
        return [self._file(patient_id, kind, days_ago=3 + 9 * number) for number, kind in enumerate(kinds)]

    def file_some(self, patient_id: str) -> Sequence[MedicalRecord]:
        """Add one to three records to a patient."""
        return self.file(patient_id, self.rng.sample(range(len(_KINDS)), self.rng.randrange(1, 4)))

    def share(self, record: MedicalRecord, doctor_id: str, days: int) -> None:
        """Share a record for `days` from the day before the demo began: live, or over where they are negative."""
        since = self.begins - timedelta(days=1)
        share = Share(
            id=share_id(record.id, doctor_id),
            record_id=record.id,
            doctor_id=doctor_id,
            patient_id=record.patient_id,
            created_at=since if days > 0 else record.created_at,
            expires_at=since + timedelta(days=days),
        )
        self.grants.append(Grant(share=share, record_created_at=record.created_at, revoked_at=None, version=1))

    def note(self, appointment: Appointment) -> None:
        """Let the doctor write a note about a completed appointment."""
        self.notes.append(
            Note(
                id=demo_id("note", appointment.ends_at, self.rng),
                appointment_id=appointment.id,
                patient_id=appointment.patient_id,
                doctor_id=appointment.doctor_id,
                text=self.rng.choice(NOTES),
                created_at=appointment.ends_at,
            )
        )

    def _file(self, patient_id: str, kind: int, days_ago: int) -> MedicalRecord:
        title, category, content_type = _KINDS[kind]
        created_at = self.begins - timedelta(days=days_ago, minutes=self.rng.randrange(600))
        lines = (f"Emitido em {created_at:%d/%m/%Y}.", "Documento de demonstração, sem valor clínico.")
        data = pdf(title, lines) if content_type == _PDF else png(self.rng)
        record = MedicalRecord(
            id=demo_id("rec", created_at, self.rng),
            patient_id=patient_id,
            title=title,
            category=category,
            content_type=content_type,
            size_bytes=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            created_at=created_at,
            status=RecordStatus.READY,
            author=Author(id=patient_id, pool="patient"),
        )
        self.records.append(DemoRecord(Filed(record=record, version=2), data))
        return record
