import pytest

from services.common.ids import new_id
from services.erp.models import Invoice
from services.erp.store.invoices import invoice_items
from tests.services.erp.world import FINANCE, NOW, SUPPORT, World, code
from tests.services.tokens import ADMIN, AUDITOR, DOCTOR, EVENTS, PATIENT, WITHOUT_ROLE

pytestmark = pytest.mark.anyio


async def stored(erp: World, issued_at: str, cents: int, status: str = "OPEN") -> None:
    appointment_id = new_id("apt", NOW)
    invoice = {
        "id": appointment_id.replace("apt_", "inv_"),
        "appointmentId": appointment_id,
        "patientId": "pat_1",
        "doctorId": "doc_1",
        "amountCents": cents,
        "currency": "BRL",
        "status": status,
        "issuedAt": issued_at,
    }
    await erp.table.put_all(invoice_items(Invoice.model_validate(invoice)))


async def test_revenue_is_summed_over_the_dates_of_sao_paulo(erp: World) -> None:
    await stored(erp, "2026-11-01T02:59:59.999999Z", 1)  # still October in Sao Paulo
    await stored(erp, "2026-11-01T03:00:00Z", 20)
    await stored(erp, "2026-11-03T02:59:59.999999Z", 300, "PAID")
    await stored(erp, "2026-11-03T02:00:00Z", 4_000, "REFUNDED")
    await stored(erp, "2026-11-03T03:00:00Z", 50_000)  # the day after
    answer = await erp.get("/figures", FINANCE, from_="2026-11-01", to="2026-11-02", groupBy="DAY")
    assert answer.json() == {
        "revenue": {
            "grossCents": 4_320,
            "refundsCents": 4_000,
            "netCents": 320,
            "currency": "BRL",
            "series": [
                {"startsOn": "2026-11-01", "grossCents": 20},
                {"startsOn": "2026-11-02", "grossCents": 4_300},
            ],
        }
    }


async def test_a_period_has_a_length(erp: World) -> None:
    for first, last in (("2026-11-02", "2026-11-01"), ("2020-01-01", "2026-01-01"), ("9999-12-31", "9999-12-31")):
        assert code(await erp.get("/figures", ADMIN, from_=first, to=last)) == (422, "INVALID_PERIOD"), first


async def test_who_may_see_money_sees_figures_and_nobody_else(erp: World) -> None:
    for caller in (ADMIN, FINANCE, AUDITOR):
        answer = await erp.get("/figures", caller, from_="2026-11-01", to="2026-11-01")
        assert answer.json()["revenue"]["series"] == [{"startsOn": "2026-11-01", "grossCents": 0}], caller
    for caller in (SUPPORT, WITHOUT_ROLE, PATIENT, DOCTOR, EVENTS):
        answer = await erp.get("/figures", caller, from_="2026-11-01", to="2026-11-01")
        assert code(answer) == (403, "FORBIDDEN"), caller
