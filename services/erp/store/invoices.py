"""Invoices: one a completed appointment, each with its event."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from services.common.outbox import Event, event_write
from services.common.table import ConditionFailed, Item, Table, put
from services.erp.models import Invoice, InvoicePage, InvoiceStatus
from services.erp.problems import InvoiceConflict

_SORT_KEY: Final = "INVOICE"


def invoice_items(invoice: Invoice) -> Sequence[Item]:
    """Return the items of an invoice: what `issue` writes, without event; for seeding too."""
    by_date = f"{_moment(invoice.issued_at)}#{invoice.id}"
    item = {
        "pk": f"INVOICE#{invoice.appointment_id}",
        "sk": _SORT_KEY,
        "gsi1pk": "INVOICES",
        "gsi1sk": by_date,
        "gsi2pk": f"INVOICES#{invoice.status}",
        "gsi2sk": by_date,
        "body": invoice.model_dump_json(),
    }
    return [item]


@dataclass(frozen=True, slots=True)
class Invoices:
    """The invoices of the ERP's table."""

    table: Table

    async def of_appointments(self, appointment_ids: Collection[str]) -> Sequence[Invoice]:
        """Return the invoices of these appointments, absent ones left out."""
        found = await self.table.get((f"INVOICE#{each}", _SORT_KEY) for each in appointment_ids)
        return [_invoice(item) for item in found.values()]

    async def newest(self, status: InvoiceStatus | None, limit: int, after: str | None) -> InvoicePage:
        """Return one page of the invoices, newest first."""
        index, partition = ("gsi2", f"INVOICES#{status}") if status else ("gsi1", "INVOICES")
        page = await self.table.query(partition, index=index, descending=True, limit=limit, after=after)
        return InvoicePage(items=tuple(_invoice(item) for item in page.items), next=page.next)

    async def issued(self, start: datetime, end: datetime) -> Sequence[Invoice]:
        """Return all invoices issued in [start, end), earliest first."""
        between = (_moment(start), _moment(end))
        page = await self.table.query("INVOICES", index="gsi1", between=between)
        return [_invoice(item) for item in page.items]

    async def issue(self, invoice: Invoice, at: datetime) -> None:
        """Write the invoice once; the same again changes nothing.

        Raises `InvoiceConflict` where the appointment's invoice says something else.
        """
        data = {"invoiceId": invoice.id, "appointmentId": invoice.appointment_id}
        event = Event.of("invoice.issued", invoice.id, 1, at, data)
        writes = [put(item, new=True) for item in invoice_items(invoice)]
        try:
            await self.table.transact([*writes, event_write(event)])
        except ConditionFailed as refusal:
            if not all(_same_claim(each, invoice) for each in await self.of_appointments([invoice.appointment_id])):
                raise InvoiceConflict from refusal


def _same_claim(left: Invoice, right: Invoice) -> bool:
    """Compare what was billed; that one of them has been paid since makes no difference."""
    return left == right.model_copy(update={"status": left.status})


def _moment(instant: datetime) -> str:
    """Write an instant so that text order is time order."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def _invoice(item: Item) -> Invoice:
    return Invoice.model_validate_json(item["body"])
