"""Each method of the scheduling client is one endpoint of the scheduling service, as both say."""

from collections.abc import Awaitable, Sequence
from datetime import UTC, date, datetime

import pytest

from clients.ids import AppointmentId, DoctorId, PatientId
from clients.pages import PageRequest
from clients.scheduling.availability import AvailabilityException, AvailabilityInput, WeeklyRule
from clients.scheduling.client import AppointmentPage, SchedulingClient
from clients.scheduling.figures import TimeBucket
from clients.scheduling.models import (
    AppointmentStatus,
    BookingRequest,
    Clinic,
    Crm,
    DoctorOrder,
    DoctorProfile,
    DoctorSearch,
    DoctorStatus,
    Justification,
    Meeting,
    MeetingStatus,
    Reason,
)
from services.common.clock import system_clock
from services.scheduling.app import scheduling_app
from services.scheduling.settings import Settings
from tests.clients.contract import Call, Service, assert_absent_without_a_call, body, line, methods_of, requested

pytestmark = pytest.mark.anyio

DOCTORS = [DoctorId("doc_1"), DoctorId("doc_2")]
PATIENTS = [PatientId("pat_1"), PatientId("pat_2")]
APPOINTMENT = AppointmentId("apt_1")
DAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EVERYTHING = AppointmentPage(
    PageRequest(first=10, after="c", skip=5),
    frozenset({AppointmentStatus.CONFIRMED, AppointmentStatus.REQUESTED}),
    starts_from=NOON,
    starts_before=NOON.replace(hour=18),
)
PROFILE = {
    "name": "Bruno Lima",
    "crm": {"number": "123456", "state": "SP"},
    "specialties": ["CARDIOLOGY"],
    "bio": "Cardiologist.",
    "clinic": {"name": "Paulista", "city": "São Paulo", "state": "SP", "latitude": -23.5614, "longitude": -46.6559},
    "timeZone": "America/Sao_Paulo",
    "priceCents": 25000,
    "currency": "BRL",
    "calendarId": "bruno@clinic.example",
    "status": "ACTIVE",
    "version": 2,
}
HOURS = {
    "timeZone": "America/Manaus",
    "slotMinutes": 30,
    "rules": [{"weekday": 0, "startsAt": "08:00", "endsAt": "12:00"}],
    "exceptions": [{"date": "2026-12-25", "startsAt": None, "endsAt": None, "available": False}],
}

PROFILE_INPUT = DoctorProfile(
    name="Bruno Lima",
    crm=Crm(number="123456", state="SP"),
    specialties=("CARDIOLOGY",),
    bio="Cardiologist.",
    clinic=Clinic(name="Paulista", city="São Paulo", state="SP", latitude=-23.5614, longitude=-46.6559),
    time_zone="America/Sao_Paulo",
    price_cents=25000,
    currency="BRL",
    calendar_id="bruno@clinic.example",
    status=DoctorStatus.ACTIVE,
    version=2,
)
HOURS_INPUT = AvailabilityInput(
    time_zone="America/Manaus",
    slot_minutes=30,
    rules=(WeeklyRule(weekday=0, starts_at="08:00", ends_at="12:00"),),
    exceptions=(AvailabilityException(date=date(2026, 12, 25), starts_at=None, ends_at=None, available=False),),
)

Scheduling = Call[SchedulingClient]

CALLS: dict[str, Scheduling] = {
    "specialties": Call(lambda client: client.specialties(), "GET /specialties"),
    "doctors": Call(lambda client: client.doctors(DOCTORS), "GET /doctors?ids=doc_1,doc_2"),
    "search_doctors": Call(
        lambda client: client.search_doctors(
            DoctorSearch(
                specialty="CARDIOLOGY",
                latitude=-23.5614,
                longitude=-46.6559,
                max_distance_km=12.5,
                min_rating=4.0,
                max_price_cents=30000,
                name="Bruno",
                available_on=DAY,
                order_by=DoctorOrder.DISTANCE,
            ),
            PageRequest(first=10, after="c"),
        ),
        "GET /doctors/search?specialty=CARDIOLOGY&latitude=-23.5614&longitude=-46.6559&maxDistanceKm=12.5&minRating=4.0"
        "&maxPriceCents=30000&name=Bruno&availableOn=2026-11-24&orderBy=DISTANCE&limit=10&after=c",
    ),
    "put_doctor": Call(
        lambda client: client.put_doctor(
            DOCTORS[0],
            PROFILE_INPUT,
        ),
        "PUT /doctors/doc_1",
        PROFILE,
    ),
    "slots": Call(
        lambda client: client.slots(DOCTORS, DAY, 7), "GET /slots?doctorIds=doc_1,doc_2&days=7&from=2026-11-24"
    ),
    "next_slots": Call(lambda client: client.next_slots(DOCTORS), "GET /next-slots?doctorIds=doc_1,doc_2"),
    "availability": Call(lambda client: client.availability(DOCTORS), "GET /availability?doctorIds=doc_1,doc_2"),
    "set_availability": Call(
        lambda client: client.set_availability(
            DOCTORS[0],
            HOURS_INPUT,
        ),
        "PUT /doctors/doc_1/availability",
        HOURS,
    ),
    "appointments": Call(lambda client: client.appointments([APPOINTMENT]), "GET /appointments?ids=apt_1"),
    "appointments_of_patients": Call(
        lambda client: client.appointments_of_patients(
            PATIENTS, AppointmentPage(PageRequest(20), frozenset({AppointmentStatus.COMPLETED}))
        ),
        "GET /appointments/of-patients?patientIds=pat_1,pat_2&statuses=COMPLETED&limit=20",
    ),
    "appointments_of_doctors": Call(
        lambda client: client.appointments_of_doctors(DOCTORS, EVERYTHING),
        "GET /appointments/of-doctors?doctorIds=doc_1,doc_2&statuses=CONFIRMED,REQUESTED&limit=15&after=c"
        "&from=2026-11-24T12:00:00Z&to=2026-11-24T18:00:00Z",
    ),
    "all_appointments": Call(
        lambda client: client.all_appointments(EVERYTHING),
        "GET /appointments/all?statuses=CONFIRMED,REQUESTED&limit=15&after=c"
        "&from=2026-11-24T12:00:00Z&to=2026-11-24T18:00:00Z",
    ),
    "agendas": Call(
        lambda client: client.agendas(DOCTORS, DAY, date(2026, 11, 30)),
        "GET /agenda?doctorIds=doc_1,doc_2&from=2026-11-24&to=2026-11-30",
    ),
    "pending_counts": Call(
        lambda client: client.pending_counts(DOCTORS), "GET /appointments/pending-counts?doctorIds=doc_1,doc_2"
    ),
    "care_relations": Call(
        lambda client: client.care_relations(DOCTORS[0], PATIENTS),
        "GET /care-relations?doctorId=doc_1&patientIds=pat_1,pat_2",
    ),
    "patients_of_doctor": Call(
        lambda client: client.patients_of_doctor(DOCTORS[0], PageRequest(20, "c")),
        "GET /patients-of-doctors?doctorId=doc_1&limit=20&after=c",
    ),
    "book": Call(
        lambda client: client.book(
            BookingRequest(
                doctor_id=DOCTORS[0],
                starts_at=NOON,
                reason="Dor no peito",
                telemedicine_consent=True,
                idempotency_key="k",
            )
        ),
        "POST /appointments",
        {
            "doctorId": "doc_1",
            "startsAt": "2026-11-24T12:00:00Z",
            "reason": "Dor no peito",
            "telemedicineConsent": True,
            "idempotencyKey": "k",
        },
    ),
    "confirm": Call(lambda client: client.confirm(APPOINTMENT), "POST /appointments/apt_1/confirm"),
    "decline": Call(
        lambda client: client.decline(APPOINTMENT, Reason(reason="x")),
        "POST /appointments/apt_1/decline",
        {"reason": "x"},
    ),
    "complete": Call(lambda client: client.complete(APPOINTMENT), "POST /appointments/apt_1/complete"),
    "cancel": Call(
        lambda client: client.cancel(APPOINTMENT, Justification(justification="x")),
        "POST /appointments/apt_1/cancel",
        {"justification": "x"},
    ),
    "set_meeting": Call(
        lambda client: client.set_meeting(
            APPOINTMENT, Meeting(status=MeetingStatus.READY, url="https://meet.google.com/a-b-c", event_id="e")
        ),
        "PUT /appointments/apt_1/meeting",
        {"status": "READY", "url": "https://meet.google.com/a-b-c", "eventId": "e"},
    ),
    "figures": Call(
        lambda client: client.figures(DAY, date(2026, 11, 30), TimeBucket.WEEK),
        "GET /figures?groupBy=WEEK&from=2026-11-24&to=2026-11-30",
    ),
}
each_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


@pytest.fixture(scope="module")
def service() -> Service:
    settings = Settings(port=0, table="t", caller_keys={}, mongo_url="mongodb://mongo.test", mongo_database="d")
    return Service(scheduling_app(settings, system_clock).openapi())


def test_every_method_is_tested() -> None:
    assert set(CALLS) == methods_of(SchedulingClient)


@each_call
async def test_a_method_makes_one_request(service: Service, call: Scheduling) -> None:
    answer = next(service.answers(call.request))
    request = await requested(SchedulingClient, call, answer)
    assert (line(request), body(request)) == (call.request, call.body)


@each_call
async def test_the_service_takes_what_the_client_sends(service: Service, call: Scheduling) -> None:
    service.check(await requested(SchedulingClient, call, next(service.answers(call.request))))


@each_call
async def test_the_client_reads_whatever_the_service_says(service: Service, call: Scheduling) -> None:
    for answer in service.answers(call.request):
        await requested(SchedulingClient, call, answer)


@pytest.mark.parametrize("identifier", ["../doctors", "apt_1/confirm", "%2e%2e", "apt_1?x=", "", "apt_é"])
async def test_an_id_that_leads_elsewhere_is_absent_without_a_call(identifier: str) -> None:
    def call(client: SchedulingClient) -> Sequence[Awaitable[object]]:
        doctor, appointment = DoctorId(identifier), AppointmentId(identifier)
        return [
            client.confirm(appointment),
            client.decline(appointment, Reason(reason="x")),
            client.complete(appointment),
            client.cancel(appointment, Justification(justification="x")),
            client.set_meeting(appointment, Meeting(status=MeetingStatus.PENDING, url=None, event_id=None)),
            client.set_availability(doctor, HOURS_INPUT),
            client.put_doctor(doctor, PROFILE_INPUT),
        ]

    await assert_absent_without_a_call(SchedulingClient, call)
