"""Medical records that patients share with the doctor: each only while a share is live."""

from datetime import datetime
from typing import Self

import strawberry

from clients.ids import PatientId
from clients.loaders import Asked
from clients.records import models
from clients.records.loaders import DownloadUrlByRecordLoader, RecordPage
from schema.common.costs import cost
from schema.common.enums import RecordCategory
from schema.common.loaded import loaded
from schema.common.nodes import Node
from schema.common.pagination import DEFAULT_PAGE_SIZE, After, Connection, First, connection, page_request
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import DOCTOR


@strawberry.type(directives=[DOCTOR, PATIENT_DATA])
class MedicalRecord(Node):
    """A file that a patient shares; `downloadUrl` lives for a few minutes."""

    patient_id: strawberry.Private[PatientId]
    title: str
    category: RecordCategory
    content_type: str
    size_bytes: int
    sha256: str
    created_at: datetime
    download_url: str | None = loaded(
        DownloadUrlByRecordLoader,
        key=lambda record: record.id,
        into=lambda download: download.url,
        directives=[cost(1)],
    )

    @classmethod
    def of(cls, model: models.MedicalRecord) -> Self:
        """Project the model."""
        return cls(
            id=strawberry.ID(model.id),
            patient_id=model.patient_id,
            title=model.title,
            category=model.category,
            content_type=model.content_type,
            size_bytes=model.size_bytes,
            sha256=model.sha256,
            created_at=model.created_at,
        )


@strawberry.input
class RecordFilter:
    """Which records; no category means any."""

    category: RecordCategory | None = None


def records_key(
    patient: Node,
    *,
    filter: RecordFilter | None = None,
    first: First = DEFAULT_PAGE_SIZE,
    after: After = None,
) -> Asked[PatientId, RecordPage]:
    """Return whose records, and which page of them."""
    category = filter.category if filter else None
    return Asked(PatientId(patient.id), RecordPage(page_request(first, after), category))


def record_connection(
    _patient: Node, asked: Asked[PatientId, RecordPage], page: models.RecordsOfPatient
) -> Connection[MedicalRecord]:
    """Project a page of records."""
    return connection(page, asked.how.page, MedicalRecord.of)


def records_of(page: models.RecordsOfPatient) -> list[MedicalRecord]:
    """Project the records of a page, newest first."""
    return [MedicalRecord.of(record) for record in page.items]
