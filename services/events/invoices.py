"""What follows from a completed appointment: an invoice."""

from dataclasses import dataclass

from clients.erp.models import NewInvoice
from services.common.outbox import Event
from services.events.payload import AppointmentChanged, payload
from services.events.platform import Platform


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoices:
    """Consumer of `appointment.completed`."""

    platform: Platform

    async def bill(self, event: Event) -> None:
        """Have the ERP issue the appointment's one invoice, dated by the completion; again changes nothing."""
        completed = payload(event, AppointmentChanged)
        invoice = NewInvoice(
            patient_id=completed.patient_id,
            doctor_id=completed.doctor_id,
            amount_cents=completed.price_cents,
            currency=completed.currency,
            completed_at=event.at,
        )
        await self.platform.erp.put_invoice(completed.appointment_id, invoice)
