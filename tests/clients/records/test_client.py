"""Each method of the records client is one endpoint of the records service, as both say."""

from collections.abc import Awaitable, Sequence
from datetime import UTC, date, datetime

import pytest

from clients.errors import UpstreamContract
from clients.ids import AppointmentId, DoctorId, PatientId, RecordId, ShareId
from clients.pages import PageRequest
from clients.records.client import RecordsClient
from clients.records.models import (
    Consent,
    MedicalRecord,
    NewNote,
    NewPatient,
    NewRecord,
    NewShares,
    Patient,
    PatientStatus,
    RecordCategory,
    RecordsOfPatient,
)
from services.records.app import records_app
from services.records.settings import Settings
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
from tests.clients.records.audit_calls import AUDIT_CALLS

pytestmark = pytest.mark.anyio

PATIENTS = [PatientId("pat_1"), PatientId("pat_2")]
RECORDS = [RecordId("rec_1"), RecordId("rec_2")]
APPOINTMENTS = [AppointmentId("apt_1"), AppointmentId("apt_2")]
DAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"

Records = Call[RecordsClient]

CALLS: dict[str, Records] = {
    **AUDIT_CALLS,
    "username": Call(lambda client: client.username("529.982.247-25"), "POST /logins", {"login": "529.982.247-25"}),
    "register_patient": Call(
        lambda client: client.register_patient(
            NewPatient(
                name="Ana Souza",
                cpf="529.982.247-25",
                email="ana@example.com",
                phone="(11) 91234-5678",
                birth_date=date(1990, 1, 31),
                time_zone="America/Sao_Paulo",
                consents=(Consent(kind="TERMS", version="1"),),
            )
        ),
        "POST /patients",
        {
            "name": "Ana Souza",
            "cpf": "529.982.247-25",
            "email": "ana@example.com",
            "phone": "(11) 91234-5678",
            "birthDate": "1990-01-31",
            "timeZone": "America/Sao_Paulo",
            "consents": [{"kind": "TERMS", "version": "1"}],
        },
    ),
    "confirm_patient": Call(lambda client: client.confirm_patient(PATIENTS[0]), "POST /patients/pat_1/confirm"),
    "patients": Call(lambda client: client.patients(PATIENTS), "GET /patients?ids=pat_1,pat_2"),
    "all_patients": Call(
        lambda client: client.all_patients("ana so", PageRequest(20, "c")),
        "GET /patients/all?search=ana so&limit=20&after=c",
    ),
    "start_upload": Call(
        lambda client: client.start_upload(
            NewRecord(
                title="Hemograma",
                category=RecordCategory.EXAM,
                content_type="application/pdf",
                size_bytes=12345,
                sha256=SHA256,
                idempotency_key="k",
            )
        ),
        "POST /records",
        {
            "title": "Hemograma",
            "category": "EXAM",
            "contentType": "application/pdf",
            "sizeBytes": 12345,
            "sha256": SHA256,
            "idempotencyKey": "k",
        },
    ),
    "finish_upload": Call(lambda client: client.finish_upload(RECORDS[0]), "POST /records/rec_1/finish"),
    "records": Call(lambda client: client.records(RECORDS), "GET /records?ids=rec_1,rec_2"),
    "records_of_patients": Call(
        lambda client: client.records_of_patients(PATIENTS, RecordCategory.REPORT, PageRequest(20, "c")),
        "GET /records/of-patients?patientIds=pat_1,pat_2&category=REPORT&limit=20&after=c",
    ),
    "download_urls": Call(lambda client: client.download_urls(RECORDS), "GET /download-urls?ids=rec_1,rec_2"),
    "share": Call(
        lambda client: client.share(NewShares(record_ids=tuple(RECORDS), doctor_id=DoctorId("doc_1"), expires_at=NOON)),
        "POST /shares",
        {"recordIds": ["rec_1", "rec_2"], "doctorId": "doc_1", "expiresAt": "2026-11-24T12:00:00Z"},
    ),
    "revoke": Call(lambda client: client.revoke(ShareId("shr_1")), "DELETE /shares/shr_1"),
    "shares_of_records": Call(
        lambda client: client.shares_of_records(RECORDS), "GET /shares/of-records?recordIds=rec_1,rec_2"
    ),
    "shares_of_patients": Call(
        lambda client: client.shares_of_patients(PATIENTS), "GET /shares/of-patients?patientIds=pat_1,pat_2"
    ),
    "write_note": Call(
        lambda client: client.write_note(
            NewNote(appointment_id=APPOINTMENTS[0], text="Retorno em 30 dias.", idempotency_key="k")
        ),
        "POST /notes",
        {"appointmentId": "apt_1", "text": "Retorno em 30 dias.", "idempotencyKey": "k"},
    ),
    "notes": Call(lambda client: client.notes(APPOINTMENTS), "GET /notes?appointmentIds=apt_1,apt_2"),
    "figures": Call(
        lambda client: client.figures(DAY, date(2026, 11, 30)), "GET /figures?from=2026-11-24&to=2026-11-30"
    ),
}
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


@pytest.fixture(scope="module")
def service() -> Service:
    settings = Settings.model_validate(
        {
            "port": 0,
            "table": "t",
            "caller_keys": {},
            "bucket": "b",
            "kms_key_id": "k",
            "scheduling_url": "http://scheduling.test",
            "signing_key": "never read",
        }
    )
    return Service(records_app(settings).openapi())


def test_every_method_is_tested() -> None:
    assert set(CALLS) == methods_of(RecordsClient)


@each_call
async def test_a_method_makes_one_request(service: Service, call: Records) -> None:
    request = await requested(RecordsClient, call, next(service.answers(call.request)))
    assert (line(request), body(request)) == (call.request, call.body)


@each_call
async def test_the_service_takes_what_the_client_sends(service: Service, call: Records) -> None:
    service.check(await requested(RecordsClient, call, next(service.answers(call.request))))


@each_call
async def test_the_client_reads_whatever_the_service_says(service: Service, call: Records) -> None:
    for answer in service.answers(call.request):
        await requested(RecordsClient, call, answer)


@pytest.mark.parametrize("name", ["username", "register_patient", "write_note"])
async def test_personal_data_travels_in_bodies(service: Service, name: str) -> None:
    """Addresses end in logs: none holds a CPF, an e-mail or a note."""
    request = await requested(RecordsClient, CALLS[name], next(service.answers(CALLS[name].request)))
    assert not request.url.query


async def test_a_doctor_reads_a_patient_without_what_identifies() -> None:
    written = {
        "id": "pat_1",
        "name": "Ana Souza",
        "cpf": None,
        "email": None,
        "phone": None,
        "birthDate": "1990-01-31",
        "timeZone": "America/Sao_Paulo",
        "status": "ACTIVE",
        "registeredAt": "2026-11-24T12:00:00Z",
    }
    assert await read(RecordsClient, CALLS["patients"], [written]) == (
        Patient(
            id=PATIENTS[0],
            name="Ana Souza",
            cpf=None,
            email=None,
            phone=None,
            birth_date=date(1990, 1, 31),
            time_zone="America/Sao_Paulo",
            status=PatientStatus.ACTIVE,
            registered_at=NOON,
        ),
    )


RECORD: dict[str, object] = {
    "id": "rec_1",
    "patientId": "pat_1",
    "title": "Hemograma",
    "category": "EXAM",
    "contentType": "application/pdf",
    "sizeBytes": 12345,
    "sha256": SHA256,
    "createdAt": "2026-11-24T12:00:00Z",
    "status": "READY",
    "author": {"id": "pat_1", "pool": "patient"},
}


async def test_a_page_of_records_is_read_with_whose_it_is() -> None:
    written = [
        {"patientId": "pat_1", "items": [RECORD], "next": "c"},
        {"patientId": "pat_2", "items": [], "next": None},
    ]
    pages = await read(RecordsClient, CALLS["records_of_patients"], written)
    assert isinstance(pages, tuple)
    first, second = pages
    assert isinstance(first, RecordsOfPatient)
    assert (first.patient_id, first.next, [each.id for each in first.items]) == ("pat_1", "c", ["rec_1"])
    assert all(isinstance(each, MedicalRecord) for each in first.items)
    assert (second.patient_id, second.next, second.items) == ("pat_2", None, ())


@pytest.mark.parametrize(
    "changes",
    [{"createdAt": "2026-11-24T12:00:00"}, {"category": "SELFIE"}, {"sizeBytes": "12345"}, {"author": None}],
    ids=["a time without a zone", "an unknown category", "a size that is text", "no author"],
)
async def test_a_record_that_is_not_as_promised_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(UpstreamContract):
        await read(RecordsClient, CALLS["records"], [{**RECORD, **changes}])


@pytest.mark.parametrize("identifier", ["../patients", "rec_1/finish", "%2e%2e", "x?y=", "", "é"])
async def test_an_id_that_leads_elsewhere_is_absent_without_a_call(identifier: str) -> None:
    def calls(client: RecordsClient) -> Sequence[Awaitable[object]]:
        return [
            client.confirm_patient(PatientId(identifier)),
            client.finish_upload(RecordId(identifier)),
            client.revoke(ShareId(identifier)),
        ]

    await assert_absent_without_a_call(RecordsClient, calls)
