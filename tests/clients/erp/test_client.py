"""Each method of the ERP client is one endpoint of the ERP service, as both say."""

from collections.abc import Awaitable, Sequence
from datetime import UTC, date, datetime

import pytest

from clients.erp.client import ErpClient
from clients.erp.models import (
    Clinic,
    Crm,
    Figures,
    GrossOn,
    Invoice,
    InvoiceStatus,
    NewDoctor,
    NewInvoice,
    RegistrationStatus,
    Revenue,
    Suspension,
)
from clients.errors import UpstreamContract
from clients.ids import AdminId, AppointmentId, DoctorId, InvoiceId, PatientId
from clients.pages import Page, PageRequest
from services.erp.app import erp_app
from services.erp.settings import Settings
from tests.clients.contract import (
    Call,
    Service,
    assert_absent_without_a_call,
    body,
    line,
    methods_of,
    read,
    requested,
)

pytestmark = pytest.mark.anyio

DOCTORS = [DoctorId("doc_1"), DoctorId("doc_2")]
APPOINTMENT = AppointmentId("apt_1")
DAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

Erp = Call[ErpClient]

CALLS: dict[str, Erp] = {
    "username": Call(lambda client: client.username("CRM/SP 123456"), "POST /logins", {"login": "CRM/SP 123456"}),
    "admins": Call(lambda client: client.admins([AdminId("adm_1"), AdminId("adm_2")]), "GET /admins?ids=adm_1,adm_2"),
    "register_doctor": Call(
        lambda client: client.register_doctor(
            NewDoctor(
                name="Bruno Lima",
                crm=Crm(number="123456", state="SP"),
                email="bruno@clinic.example",
                specialties=("CARDIOLOGY",),
                bio="Cardiologist.",
                clinic=Clinic(name="Paulista", city="São Paulo", state="SP", latitude=-23.5614, longitude=-46.6559),
                time_zone="America/Sao_Paulo",
                price_cents=25000,
                idempotency_key="k",
            )
        ),
        "POST /doctors",
        {
            "name": "Bruno Lima",
            "crm": {"number": "123456", "state": "SP"},
            "email": "bruno@clinic.example",
            "specialties": ["CARDIOLOGY"],
            "bio": "Cardiologist.",
            "clinic": {
                "name": "Paulista",
                "city": "São Paulo",
                "state": "SP",
                "latitude": -23.5614,
                "longitude": -46.6559,
            },
            "timeZone": "America/Sao_Paulo",
            "priceCents": 25000,
            "idempotencyKey": "k",
        },
    ),
    "suspend_doctor": Call(
        lambda client: client.suspend_doctor(DOCTORS[0], Suspension(reason="x")),
        "POST /doctors/doc_1/suspend",
        {"reason": "x"},
    ),
    "registrations": Call(lambda client: client.registrations(DOCTORS), "GET /doctors?ids=doc_1,doc_2"),
    "all_registrations": Call(
        lambda client: client.all_registrations("bru", RegistrationStatus.SUSPENDED, PageRequest(20, "c")),
        "GET /doctors/all?search=bru&status=SUSPENDED&limit=20&after=c",
    ),
    "put_invoice": Call(
        lambda client: client.put_invoice(
            APPOINTMENT,
            NewInvoice(
                patient_id=PatientId("pat_1"),
                doctor_id=DOCTORS[0],
                amount_cents=25000,
                currency="BRL",
                completed_at=NOON,
            ),
        ),
        "PUT /invoices/apt_1",
        {
            "patientId": "pat_1",
            "doctorId": "doc_1",
            "amountCents": 25000,
            "currency": "BRL",
            "completedAt": "2026-11-24T12:00:00Z",
        },
    ),
    "all_invoices": Call(
        lambda client: client.all_invoices(InvoiceStatus.OPEN, PageRequest(20, "c")),
        "GET /invoices/all?status=OPEN&limit=20&after=c",
    ),
    "invoices": Call(
        lambda client: client.invoices([InvoiceId("inv_1"), InvoiceId("inv_2")]), "GET /invoices?ids=inv_1,inv_2"
    ),
    "figures": Call(
        lambda client: client.figures(DAY, date(2026, 11, 30), "WEEK"),
        "GET /figures?groupBy=WEEK&from=2026-11-24&to=2026-11-30",
    ),
}
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


@pytest.fixture(scope="module")
def service() -> Service:
    return Service(erp_app(Settings(port=0, table="t", caller_keys={})).openapi())


def test_every_method_is_tested() -> None:
    assert set(CALLS) == methods_of(ErpClient)


@each_call
async def test_a_method_makes_one_request(service: Service, call: Erp) -> None:
    request = await requested(ErpClient, call, next(service.answers(call.request)))
    assert (line(request), body(request)) == (call.request, call.body)


@each_call
async def test_the_service_takes_what_the_client_sends(service: Service, call: Erp) -> None:
    service.check(await requested(ErpClient, call, next(service.answers(call.request))))


@each_call
async def test_the_client_reads_whatever_the_service_says(service: Service, call: Erp) -> None:
    for answer in service.answers(call.request):
        await requested(ErpClient, call, answer)


async def test_a_page_of_invoices_is_read_as_it_is_written() -> None:
    written = {
        "id": "inv_1",
        "appointmentId": "apt_1",
        "patientId": "pat_1",
        "doctorId": "doc_1",
        "amountCents": 25000,
        "currency": "BRL",
        "status": "REFUNDED",
        "issuedAt": "2026-11-24T12:00:00Z",
    }
    invoice = Invoice(
        id=InvoiceId("inv_1"),
        appointment_id=APPOINTMENT,
        patient_id=PatientId("pat_1"),
        doctor_id=DOCTORS[0],
        amount_cents=25000,
        currency="BRL",
        status=InvoiceStatus.REFUNDED,
        issued_at=NOON,
    )
    page = await read(ErpClient, CALLS["all_invoices"], {"items": [written], "next": "c"})
    assert page == Page[Invoice](items=(invoice,), next="c")


async def test_revenue_is_read_in_cents_also_beyond_32_bits() -> None:
    series = [{"startsOn": "2026-11-23", "grossCents": 3_000_000_000}]
    revenue = {"grossCents": 3_000_000_000, "refundsCents": 1, "netCents": 2_999_999_999, "currency": "BRL"}
    assert await read(ErpClient, CALLS["figures"], {"revenue": {**revenue, "series": series}}) == Figures(
        revenue=Revenue(
            gross_cents=3_000_000_000,
            refunds_cents=1,
            net_cents=2_999_999_999,
            currency="BRL",
            series=(GrossOn(starts_on=date(2026, 11, 23), gross_cents=3_000_000_000),),
        )
    )


@pytest.mark.parametrize("page", [[], {"items": []}, {"items": None, "next": None}, {"items": [{}], "next": None}])
async def test_what_is_no_page_is_refused(page: object) -> None:
    with pytest.raises(UpstreamContract):
        await read(ErpClient, CALLS["all_invoices"], page)


@pytest.mark.parametrize("identifier", ["../doctors", "doc_1/suspend", "%2e%2e", "x?y=", "", "é"])
async def test_an_id_that_leads_elsewhere_is_absent_without_a_call(identifier: str) -> None:
    def calls(client: ErpClient) -> Sequence[Awaitable[object]]:
        invoice = NewInvoice(
            patient_id=PatientId("pat_1"), doctor_id=DOCTORS[0], amount_cents=1, currency="BRL", completed_at=NOON
        )
        return [
            client.suspend_doctor(DoctorId(identifier), Suspension(reason="x")),
            client.put_invoice(AppointmentId(identifier), invoice),
        ]

    await assert_absent_without_a_call(ErpClient, calls)
