import pytest

from services.events.invoices import Invoices
from services.events.platform import Platform
from tests.services.events.neighbours import Erp, appointment_event, new_appointment

pytestmark = pytest.mark.anyio


async def test_a_completed_appointment_is_billed_as_it_was_agreed(services: Platform, erp: Erp) -> None:
    appointment = new_appointment()
    invoices = Invoices(platform=services)
    for _ in range(2):
        await invoices.bill(appointment_event("completed", appointment))
    invoice = {
        "patientId": appointment["patientId"],
        "doctorId": appointment["doctorId"],
        "amountCents": 35_000,
        "currency": "BRL",
        "completedAt": "2026-11-24T12:00:00Z",
    }
    assert erp.invoices == {appointment["id"]: invoice}
