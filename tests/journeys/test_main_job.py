import secrets
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.journeys import operations as op
from tests.journeys.graph import Graph, GraphOf
from tests.journeys.newcomers import FILE, registered_patient, uploaded_record
from tests.journeys.stores import appointments_by_status, gross_cents, local_date
from tests.journeys.waiting import until
from tests.platform import Platform

pytestmark = [pytest.mark.anyio, pytest.mark.platform, pytest.mark.moves_clock, pytest.mark.usefixtures("aws")]

PAULISTA = {"latitude": -23.5614, "longitude": -46.6559}


async def test_the_main_job(platform: Platform, graph: GraphOf, http: httpx.AsyncClient) -> None:
    """A patient registers, books, meets and shares; the doctor accepts, reads and completes; the ERP sees it all."""
    julia = await registered_patient(platform, graph, http)
    bruno, diego, carla = graph("doctor", "123456/SP"), graph("doctor", "654321/RJ"), graph("erp")

    doctor, starts_at = await _doctor_and_free_slot(platform, julia, "123456")
    booked = await julia.do(op.BOOK, input=_booking(doctor["id"], starts_at))
    assert booked["__typename"] == "AppointmentBooked", booked
    appointment = booked["appointment"]
    assert (appointment["status"], appointment["doctor"]["id"]) == ("REQUESTED", doctor["id"])

    confirmed = await bruno.do(op.CONFIRM, input={"appointmentId": appointment["id"]})
    assert confirmed["appointment"]["patient"] == {"name": "Júlia da Jornada"}
    url = await until(lambda: _ready_url(julia, appointment["id"]))
    assert url.startswith("https://meet.google.com/")
    assert await _ready_url(bruno, appointment["id"]) == url

    record_id = await uploaded_record(julia, http)
    await _shared_then_revoked(platform, julia, bruno, diego, {"doctorId": doctor["id"], "recordIds": [record_id]})

    await platform.advance_clock_past(datetime.fromisoformat(starts_at))
    completed = await bruno.do(op.COMPLETE, input={"appointmentId": appointment["id"]})
    assert completed["appointment"]["status"] == "COMPLETED"
    invoice = await until(lambda: _invoice_of(carla, appointment["id"]))
    assert (invoice["status"], invoice["amountCents"]) == ("OPEN", appointment["priceCents"])
    await _assert_dashboard_agrees(platform, carla, local_date(starts_at), local_date(invoice["issuedAt"]))


async def _doctor_and_free_slot(platform: Platform, patient: Graph, crm: str) -> tuple[dict[str, Any], str]:
    """Find a doctor in a search by distance, and their last free slot of the next two weeks."""
    found = (await patient.ask(op.SEARCH, filter={"near": PAULISTA, "maxDistanceKm": 50, "name": "Bruno"}))["doctors"][
        "nodes"
    ]
    distances = [each["distanceKm"] for each in found]
    assert distances == sorted(distances)
    doctor = next(each for each in found if each["crm"]["number"] == crm)
    first = platform.now().date() + timedelta(days=1)
    slots = (await patient.ask(op.SLOTS, id=doctor["id"], days=14, **{"from": first.isoformat()}))["doctor"]["slots"]
    return doctor, slots[-1]["startsAt"]


def _booking(doctor_id: str, starts_at: str) -> dict[str, object]:
    return {
        "doctorId": doctor_id,
        "startsAt": starts_at,
        "reason": "Palpitações",
        "telemedicineConsent": True,
        "idempotencyKey": secrets.token_hex(8),
    }


async def _ready_url(person: Graph, appointment_id: str) -> str | None:
    meeting = (await person.ask(op.MEETING, id=appointment_id))["appointment"]["meeting"]
    assert meeting["status"] in {"PENDING", "READY"}
    url: str | None = meeting["url"]
    return url if meeting["status"] == "READY" else None


async def _shared_then_revoked(
    platform: Platform, patient: Graph, doctor: Graph, another: Graph, what: dict[str, Any]
) -> None:
    """Share: the doctor reads the record and its bytes, another doctor gets null. Revoke: it is gone."""
    (record_id,) = what["recordIds"]
    assert (await doctor.ask(op.READ_RECORD, id=record_id))["record"] is None
    expires_at = (platform.now() + timedelta(hours=1)).isoformat()
    shared = await patient.do(op.SHARE, input={**what, "expiresAt": expires_at})
    record = (await doctor.ask(op.READ_RECORD, id=record_id))["record"]
    assert record["title"] == "Eletrocardiograma"
    assert (await doctor.http.get(record["downloadUrl"])).content == FILE
    assert (await another.ask(op.READ_RECORD, id=record_id))["record"] is None
    revoked = await patient.do(op.REVOKE, input={"shareId": shared["shares"][0]["id"]})
    assert revoked["__typename"] == "ShareRevoked"
    assert (await doctor.ask(op.READ_RECORD, id=record_id))["record"] is None


async def _invoice_of(admin: Graph, appointment_id: str) -> dict[str, Any] | None:
    invoices = (await admin.ask(op.INVOICES))["invoices"]["nodes"]
    return next((each for each in invoices if each["appointment"]["id"] == appointment_id), None)


async def _assert_dashboard_agrees(platform: Platform, admin: Graph, *days: date) -> None:
    """Compare the dashboard of the days around the story with a naive recount of the stores."""
    first, last = min(days) - timedelta(days=30), max(days) + timedelta(days=1)
    period = {"from": first.isoformat(), "to": last.isoformat()}
    dashboard = (await admin.ask(op.DASHBOARD, period=period))["dashboard"]
    shown = Counter({each["status"]: each["count"] for each in dashboard["appointments"]["byStatus"]})
    counted = await appointments_by_status(first, last, platform.now())
    assert shown == counted
    assert dashboard["appointments"]["total"] == counted.total()
    assert sum(each["count"] for each in dashboard["appointments"]["series"]) == counted.total()
    assert dashboard["revenue"]["grossCents"] == await gross_cents(first, last)
