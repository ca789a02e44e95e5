import pytest

from tests.schema import samples
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

APPOINTMENT = """query Appointment($id: ID!) { appointment(id: $id) {
    id status reason meeting { status url opensAt } history { status } doctor { name }
} }"""
BOOK = """mutation Book($input: BookAppointmentInput!) { it: bookAppointment(input: $input) {
    __typename ... on AppointmentBooked { appointment { id } } ... on Problem { code }
} }"""
CANCEL = """mutation { it: cancelAppointment(input: {appointmentId: "apt_1", justification: "I travel"}) {
    __typename ... on AppointmentCancelled { appointment { id } } ... on Problem { code }
} }"""
WANTED = {
    "doctorId": "doc_1",
    "startsAt": "2026-11-24T10:00:00-03:00",
    "reason": "Palpitations",
    "telemedicineConsent": True,
    "idempotencyKey": "key-1",
}


async def test_an_appointment_comes_with_its_doctor(ask: Asking) -> None:
    data, errors = await ask.patient(APPOINTMENT, id="apt_1")
    assert errors == {}
    assert data == {
        "appointment": {
            "id": "apt_1",
            "status": "CONFIRMED",
            "reason": "Palpitations",
            "meeting": {"status": "READY", "url": "https://meet.example/1", "opensAt": "2026-11-24T12:50:00Z"},
            "history": [{"status": "REQUESTED"}, {"status": "CONFIRMED"}],
            "doctor": {"name": "Doctor 1"},
        }
    }


async def test_an_outage_of_the_doctors_leaves_the_appointment(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.refusals["scheduling GET /doctors"] = (503, "UNAVAILABLE")
    data, errors = await ask.patient(APPOINTMENT, id="apt_1")
    assert data is not None
    assert (data["appointment"]["id"], data["appointment"]["doctor"]) == ("apt_1", None)
    assert errors == {"appointment.doctor": "UpstreamUnavailable"}


async def test_there_is_no_meeting_before_confirmation(ask: Asking, downstreams: Downstreams) -> None:
    requested = samples.appointment("apt_1", status="REQUESTED", meeting=None)
    downstreams.answers["scheduling GET /appointments"] = [requested]
    answer = await ask.patient('{ appointment(id: "apt_1") { status meeting { url } } }')
    assert answer == ({"appointment": {"status": "REQUESTED", "meeting": None}}, {})


async def test_booking_asks_scheduling_in_utc(ask: Asking, downstreams: Downstreams) -> None:
    answer = await ask.patient(BOOK, input=WANTED)
    assert answer == ({"it": {"__typename": "AppointmentBooked", "appointment": {"id": "apt_1"}}}, {})
    assert downstreams.sent["scheduling POST /appointments"] == WANTED | {"startsAt": "2026-11-24T13:00:00Z"}


@pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        ((409, "SLOT_TAKEN"), "SlotTaken"),
        ((422, "SLOT_UNAVAILABLE"), "SlotUnavailable"),
        ((422, "CONSENT_REQUIRED"), "ConsentRequired"),
        ((409, "BOOKING_LIMIT_REACHED"), "BookingLimitReached"),
        ((409, "IDEMPOTENCY_CONFLICT"), "IdempotencyConflict"),
        ((422, "INVALID_REQUEST"), "InvalidInput"),
    ],
)
async def test_a_booking_may_be_refused(
    ask: Asking, downstreams: Downstreams, refusal: tuple[int, str], problem: str
) -> None:
    downstreams.refusals["scheduling POST /appointments"] = refusal
    data, errors = await ask.patient(BOOK, input=WANTED)
    assert errors == {}
    assert data is not None
    assert data["it"]["__typename"] == problem


async def test_cancelling_says_why(ask: Asking, downstreams: Downstreams) -> None:
    answer = await ask.patient(CANCEL)
    assert answer == ({"it": {"__typename": "AppointmentCancelled", "appointment": {"id": "apt_1"}}}, {})
    assert downstreams.sent == {"scheduling POST /appointments/{id}/cancel": {"justification": "I travel"}}


@pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        ((404, "NOT_FOUND"), "NotFound"),
        ((409, "INVALID_TRANSITION"), "InvalidTransition"),
        ((422, "JUSTIFICATION_REQUIRED"), "JustificationRequired"),
    ],
)
async def test_a_cancellation_may_be_refused(
    ask: Asking, downstreams: Downstreams, refusal: tuple[int, str], problem: str
) -> None:
    downstreams.refusals["scheduling POST /appointments/{id}/cancel"] = refusal
    data, errors = await ask.patient(CANCEL)
    assert errors == {}
    assert data is not None
    assert data["it"]["__typename"] == problem
