"""Everybody's appointments, as far as running the house needs them."""

from datetime import datetime
from typing import Self

import strawberry

from clients.erp.loaders import RegistrationByDoctorLoader
from clients.ids import DoctorId, PatientId
from clients.pages import Page
from clients.records.loaders import PatientByIdLoader
from clients.scheduling import models
from clients.scheduling.client import AppointmentPage
from schema.common.appointments import AppointmentFilter, Cancellation, HistoryEntry, statuses_of
from schema.common.costs import list_size
from schema.common.enums import AppointmentStatus, MeetingStatus
from schema.common.loaded import loaded
from schema.common.nodes import Node
from schema.common.pagination import DEFAULT_PAGE_SIZE, After, Connection, First, connection, page_request
from schema.common.patient_data import PATIENT_DATA
from schema.erp.people import Doctor, Patient
from schema.erp.permissions import CARE, STAFF


@strawberry.type(directives=[STAFF, PATIENT_DATA])
class Appointment(Node):
    """A consultation of a patient with a doctor: not what it is about, nor the way into its meeting."""

    patient_id: strawberry.Private[PatientId]
    doctor_id: strawberry.Private[DoctorId]
    status: AppointmentStatus
    starts_at: datetime
    ends_at: datetime
    time_zone: str
    price_cents: int
    currency: str
    created_at: datetime
    meeting_status: MeetingStatus | None
    cancellation: Cancellation | None = strawberry.field(directives=[CARE])
    decline_reason: str | None = strawberry.field(directives=[CARE])
    history: list[HistoryEntry] = strawberry.field(directives=[list_size(5)])
    patient: Patient | None = loaded(PatientByIdLoader, key=lambda appointment: appointment.patient_id, into=Patient.of)
    doctor: Doctor | None = loaded(
        RegistrationByDoctorLoader, key=lambda appointment: appointment.doctor_id, into=Doctor.of
    )

    @classmethod
    def of(cls, model: models.Appointment) -> Self:
        """Project the model."""
        return cls(
            id=strawberry.ID(model.id),
            patient_id=model.patient_id,
            doctor_id=model.doctor_id,
            status=model.status,
            starts_at=model.starts_at,
            ends_at=model.ends_at,
            time_zone=model.time_zone,
            price_cents=model.price_cents,
            currency=model.currency,
            created_at=model.created_at,
            meeting_status=model.meeting.status if model.meeting else None,
            cancellation=Cancellation.of(model.cancellation),
            decline_reason=model.decline_reason,
            history=[HistoryEntry.of(entry) for entry in model.history],
        )


def appointments_key(
    _root: object, *, filter: AppointmentFilter | None = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> AppointmentPage:
    """Return which page of all appointments."""
    return AppointmentPage(page_request(first, after), statuses_of(filter))


def appointment_connection(
    _root: object, asked: AppointmentPage, page: Page[models.Appointment]
) -> Connection[Appointment]:
    """Project a page of appointments, newest start first."""
    return connection(page, asked.page, Appointment.of)
