"""A doctor's appointments."""

from datetime import datetime
from typing import Self

import strawberry

from clients.ids import DoctorId, PatientId
from clients.loaders import Asked
from clients.pages import Page, PageRequest
from clients.records.loaders import (
    NotesByAppointmentLoader,
    PatientByIdLoader,
    RecordPage,
    RecordsByPatientLoader,
)
from clients.scheduling import models
from clients.scheduling.client import AppointmentPage
from schema.common.appointments import AppointmentFilter, Cancellation, HistoryEntry, statuses_of
from schema.common.costs import list_size
from schema.common.enums import AppointmentStatus
from schema.common.loaded import loaded
from schema.common.nodes import Node
from schema.common.pagination import DEFAULT_PAGE_SIZE, After, Connection, First, connection, page_request
from schema.common.patient_data import PATIENT_DATA
from schema.common.permissions import DOCTOR
from schema.doctor.meetings import Meeting
from schema.doctor.notes import Note, notes_of
from schema.doctor.patients import Patient
from schema.doctor.records import MedicalRecord, records_of


def _newest_shared(appointment: "Appointment") -> Asked[PatientId, RecordPage]:
    return Asked(appointment.patient_id, RecordPage(PageRequest(DEFAULT_PAGE_SIZE), category=None))


@strawberry.type(directives=[DOCTOR, PATIENT_DATA])
class Appointment(Node):
    """A consultation of a patient with the doctor.

    `sharedRecords` are the newest 20 that the patient shares with the doctor now; `patient.sharedRecords` pages
    through all of them. `notes` are the doctor's own.
    """

    patient_id: strawberry.Private[PatientId]
    status: AppointmentStatus
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    price_cents: int
    currency: str
    reason: str
    meeting: Meeting | None
    cancellation: Cancellation | None
    decline_reason: str | None
    history: list[HistoryEntry] = strawberry.field(directives=[list_size(5)])
    patient: Patient | None = loaded(PatientByIdLoader, key=lambda appointment: appointment.patient_id, into=Patient.of)
    shared_records: list[MedicalRecord] | None = loaded(
        RecordsByPatientLoader, key=_newest_shared, into=records_of, directives=[list_size(DEFAULT_PAGE_SIZE)]
    )
    notes: list[Note] | None = loaded(
        NotesByAppointmentLoader,
        key=lambda appointment: appointment.id,
        into=notes_of,
        directives=[list_size(5)],
    )

    @classmethod
    def of(cls, model: models.Appointment) -> Self:
        """Project the model."""
        return cls(
            id=strawberry.ID(model.id),
            patient_id=model.patient_id,
            status=model.status,
            starts_at=model.starts_at,
            ends_at=model.ends_at,
            time_zone=model.time_zone,
            price_cents=model.price_cents,
            currency=model.currency,
            reason=model.reason,
            meeting=Meeting.of(model),
            cancellation=Cancellation.of(model.cancellation),
            decline_reason=model.decline_reason,
            history=[HistoryEntry.of(entry) for entry in model.history],
        )


def appointments_key(
    doctor: Node, *, filter: AppointmentFilter | None = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> Asked[DoctorId, AppointmentPage]:
    """Return whose appointments, and which page of them."""
    return Asked(DoctorId(doctor.id), AppointmentPage(page_request(first, after), statuses_of(filter)))


def appointment_connection(
    _doctor: Node, asked: Asked[DoctorId, AppointmentPage], page: Page[models.Appointment]
) -> Connection[Appointment]:
    """Project a page of appointments, earliest first."""
    return connection(page, asked.how.page, Appointment.of)
