"""Invoices: one for each completed appointment."""

from datetime import datetime
from typing import Self

import strawberry

from clients.erp import models
from clients.erp.loaders import InvoicePage, RegistrationByDoctorLoader
from clients.ids import AppointmentId, DoctorId, PatientId
from clients.pages import Page
from clients.records.loaders import PatientByIdLoader
from clients.scheduling.loaders import AppointmentByIdLoader
from schema.common.enums import InvoiceStatus
from schema.common.loaded import loaded
from schema.common.nodes import Node
from schema.common.pagination import DEFAULT_PAGE_SIZE, After, Connection, First, connection, page_request
from schema.common.patient_data import PATIENT_DATA
from schema.erp.appointments import Appointment
from schema.erp.people import Doctor, Patient
from schema.erp.permissions import MONEY


@strawberry.type(directives=[MONEY, PATIENT_DATA])
class Invoice(Node):
    """The invoice of a completed appointment. For the roles admin, finance and auditor."""

    appointment_id: strawberry.Private[AppointmentId]
    patient_id: strawberry.Private[PatientId]
    doctor_id: strawberry.Private[DoctorId]
    amount_cents: int
    currency: str
    status: InvoiceStatus
    issued_at: datetime
    appointment: Appointment | None = loaded(
        AppointmentByIdLoader, key=lambda invoice: invoice.appointment_id, into=Appointment.of
    )
    patient: Patient | None = loaded(PatientByIdLoader, key=lambda invoice: invoice.patient_id, into=Patient.of)
    doctor: Doctor | None = loaded(RegistrationByDoctorLoader, key=lambda invoice: invoice.doctor_id, into=Doctor.of)

    @classmethod
    def of(cls, model: models.Invoice) -> Self:
        """Project the model."""
        return cls(
            id=strawberry.ID(model.id),
            appointment_id=model.appointment_id,
            patient_id=model.patient_id,
            doctor_id=model.doctor_id,
            amount_cents=model.amount_cents,
            currency=model.currency,
            status=model.status,
            issued_at=model.issued_at,
        )


@strawberry.input
class InvoiceFilter:
    """Which invoices; no status means any."""

    status: InvoiceStatus | None = None


def invoices_key(
    _root: object, *, filter: InvoiceFilter | None = None, first: First = DEFAULT_PAGE_SIZE, after: After = None
) -> InvoicePage:
    """Return which page of the invoices."""
    return InvoicePage(page_request(first, after), filter.status if filter else None)


def invoice_connection(_root: object, asked: InvoicePage, page: Page[models.Invoice]) -> Connection[Invoice]:
    """Project a page of invoices, newest first."""
    return connection(page, asked.page, Invoice.of)
