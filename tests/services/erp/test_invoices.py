import asyncio

import pytest

from services.common.ids import new_id
from tests.services.erp.world import FINANCE, NEW_ADMIN, NOW, SUPPORT, World, code, new_invoice
from tests.services.tokens import (
    ADMIN,
    AUDITOR,
    DOCTOR,
    DOCTOR_WITH_ROLE,
    EVENTS,
    PATIENT,
    RECORDS,
    WITHOUT_ROLE,
    Person,
)

pytestmark = pytest.mark.anyio

OUTSIDERS = [SUPPORT, WITHOUT_ROLE, PATIENT, DOCTOR, DOCTOR_WITH_ROLE, NEW_ADMIN, RECORDS]


async def test_a_completed_appointment_has_one_invoice_however_often_it_is_told(erp: World) -> None:
    appointment_id, body = new_id("apt", NOW), new_invoice(completedAt="2026-11-24T09:00:00-03:00")
    answers = await asyncio.gather(*(erp.put(f"/invoices/{appointment_id}", EVENTS, body) for _ in range(5)))
    assert [(answer.status_code, answer.content) for answer in answers] == [(204, b"")] * 5
    page = (await erp.get("/invoices/all", FINANCE)).json()
    invoice_id = appointment_id.replace("apt_", "inv_")
    invoice = {
        "id": invoice_id,
        "appointmentId": appointment_id,
        "patientId": body["patientId"],
        "doctorId": body["doctorId"],
        "amountCents": 35_000,
        "currency": "BRL",
        "status": "OPEN",
        "issuedAt": "2026-11-24T12:00:00Z",
    }
    assert page == {"items": [invoice], "next": None}
    assert (await erp.get("/invoices", AUDITOR, ids=f"{invoice_id},inv_nobody,{appointment_id}")).json() == [invoice]
    data = {"invoiceId": invoice_id, "appointmentId": appointment_id}
    assert await erp.events() == [("invoice.issued", invoice_id, 1, data)]


async def test_an_invoice_is_not_changed_by_another_amount(erp: World) -> None:
    path = f"/invoices/{new_id('apt', NOW)}"
    body = new_invoice()
    await erp.put(path, EVENTS, body)
    assert code(await erp.put(path, EVENTS, body | {"amountCents": 1})) == (409, "INVOICE_CONFLICT")
    items = (await erp.get("/invoices/all", FINANCE)).json()["items"]
    assert [each["amountCents"] for each in items] == [35_000]


async def test_invoices_are_listed_newest_first_in_pages(erp: World) -> None:
    for day in (3, 1, 2):
        body = new_invoice(completedAt=f"2026-11-0{day}T12:00:00.5Z", amountCents=day)
        await erp.put(f"/invoices/{new_id('apt', NOW)}", EVENTS, body)
    first = (await erp.get("/invoices/all", FINANCE, limit=2, status="OPEN")).json()
    second = (await erp.get("/invoices/all", FINANCE, limit=2, status="OPEN", after=first["next"])).json()
    assert [each["amountCents"] for each in first["items"] + second["items"]] == [3, 2, 1]
    assert second["next"] is None
    assert (await erp.get("/invoices/all", FINANCE, status="PAID")).json() == {"items": [], "next": None}


async def test_who_may_see_money_reads_invoices_and_nobody_else(erp: World) -> None:
    for caller in (ADMIN, FINANCE, AUDITOR):
        assert (await erp.get("/invoices/all", caller)).status_code == 200, caller
        assert (await erp.get("/invoices", caller, ids="inv_1")).status_code == 200, caller
    for caller in (*OUTSIDERS, EVENTS):
        assert code(await erp.get("/invoices/all", caller)) == (403, "FORBIDDEN"), caller
        assert code(await erp.get("/invoices", caller, ids="inv_1")) == (403, "FORBIDDEN"), caller


async def test_only_the_events_worker_issues_invoices(erp: World) -> None:
    path = f"/invoices/{new_id('apt', NOW)}"
    for caller in (*OUTSIDERS, ADMIN, FINANCE, Person("events", "erp", ("admin",))):
        assert code(await erp.put(path, caller, new_invoice())) == (403, "FORBIDDEN"), caller
    assert await erp.events() == []


async def test_an_invoice_that_is_wrong_is_refused(erp: World) -> None:
    path = f"/invoices/{new_id('apt', NOW)}"
    wrong = [
        ("amountCents", -1),
        ("currency", "USD"),
        ("patientId", "Ana"),
        ("completedAt", "2026-11-24T12:00:00"),
        ("completedAt", "0001-01-01T00:00:00+14:00"),
    ]
    for field, value in wrong:
        assert code(await erp.put(path, EVENTS, new_invoice(**{field: value}))) == (422, "INVALID_REQUEST"), field
    assert code(await erp.put("/invoices/all", EVENTS, new_invoice())) == (422, "INVALID_REQUEST")
