"""A patient's medical records."""

from datetime import datetime
from typing import Self

import strawberry

from clients.ids import PatientId
from clients.loaders import Asked
from clients.records import models
from clients.records.loaders import DownloadUrlByRecordLoader, RecordPage, SharesByRecordLoader
from schema.common.costs import cost, list_size
from schema.common.enums import RecordCategory, RecordStatus
from schema.common.loaded import loaded
from schema.common.nodes import Node
from schema.common.pagination import DEFAULT_PAGE_SIZE, After, Connection, First, connection, page_request
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import PATIENT
from schema.patient.shares import Share, shares_of


@strawberry.type(directives=[PATIENT, PATIENT_DATA])
class MedicalRecord(Node):
    """A file of the patient's; `downloadUrl` lives for a few minutes."""

    patient_id: strawberry.Private[PatientId]
    title: str
    category: RecordCategory
    content_type: str
    size_bytes: int
    sha256: str
    created_at: datetime
    status: RecordStatus
    download_url: str | None = loaded(
        DownloadUrlByRecordLoader,
        key=lambda record: record.id,
        into=lambda download: download.url,
        directives=[cost(1)],
    )
    shares: list[Share] | None = loaded(
        SharesByRecordLoader, key=lambda record: record.id, into=shares_of, directives=[list_size(5)]
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
            status=model.status,
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
