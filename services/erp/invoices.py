"""Invoices: issued by the events worker, read by those who may see money."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import APIRouter, Path

from services.common.wire import Cursor, Ids, Limit, split_ids
from services.erp.context import ErpOf, IssuerOf, MoneyReaderOf
from services.erp.models import Invoice, InvoicePage, InvoiceStatus, NewInvoice

routes = APIRouter()

AppointmentId = Annotated[str, Path(pattern=r"^apt_[0-9a-z]{1,40}$")]


@routes.put("/invoices/{appointment_id}", status_code=204)
async def put_invoice(appointment_id: AppointmentId, invoice: NewInvoice, _caller: IssuerOf, erp: ErpOf) -> None:
    """Issue the one invoice of a completed appointment; the same again changes nothing. Refusal: INVOICE_CONFLICT."""
    issued = Invoice(
        id=appointment_id.replace("apt_", "inv_", 1),
        appointment_id=appointment_id,
        patient_id=invoice.patient_id,
        doctor_id=invoice.doctor_id,
        amount_cents=invoice.amount_cents,
        currency=invoice.currency,
        status=InvoiceStatus.OPEN,
        issued_at=invoice.completed_at,
    )
    await erp.invoices.issue(issued, erp.clock())


@routes.get("/invoices")
async def invoices(ids: Ids, _caller: MoneyReaderOf, erp: ErpOf) -> Sequence[Invoice]:
    """Return these invoices."""
    known = [f"apt_{each.removeprefix('inv_')}" for each in split_ids(ids) if each.startswith("inv_")]
    return await erp.invoices.of_appointments(known)


@routes.get("/invoices/all")
async def all_invoices(
    _caller: MoneyReaderOf, erp: ErpOf, status: InvoiceStatus | None = None, limit: Limit = 20, after: Cursor = None
) -> InvoicePage:
    """Return one page of the invoices, newest first."""
    return await erp.invoices.newest(status, limit, after)
