import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

INVOICES = """query Invoices($filter: InvoiceFilter) { invoices(filter: $filter) { nodes {
    id amountCents currency status issuedAt patient { name } doctor { name } appointment { id status }
} } }"""
INVOICE = {
    "id": "inv_1",
    "amountCents": 35_000,
    "currency": "BRL",
    "status": "OPEN",
    "issuedAt": "2026-11-24T14:00:00Z",
    "patient": {"name": "Patient 1"},
    "doctor": {"name": "Doctor 1"},
    "appointment": {"id": "apt_1", "status": "CONFIRMED"},
}


async def test_an_invoice_knows_its_people_and_its_appointment(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.size = 1
    assert await ask.erp(INVOICES, filter={"status": "OPEN"}) == ({"invoices": {"nodes": [INVOICE]}}, {})
    assert downstreams.queries["erp GET /invoices/all"] == {"status": "OPEN", "limit": "20"}


async def test_without_scheduling_the_invoice_stays(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.size, downstreams.down = 1, {"scheduling"}
    data, errors = await ask.erp(INVOICES)
    assert data == {"invoices": {"nodes": [INVOICE | {"appointment": None}]}}
    assert errors == {"invoices.nodes.0.appointment": "UpstreamUnavailable"}
