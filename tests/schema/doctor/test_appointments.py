import pytest

from tests.schema import samples
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

APPOINTMENT = """query Appointment($id: ID!) { appointment(id: $id) {
    id status startsAt endsAt timeZone priceCents currency reason declineReason
    meeting { status url opensAt } cancellation { by justification at } history { status at }
    patient { id name birthDate } sharedRecords { id title category downloadUrl } notes { id text createdAt }
} }"""


async def test_an_appointment_comes_with_its_patient_records_and_notes(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.size = 1
    data, errors = await ask.doctor(APPOINTMENT, id="apt_1")
    assert errors == {}
    assert data == {
        "appointment": {
            "id": "apt_1",
            "status": "CONFIRMED",
            "startsAt": "2026-11-24T13:00:00Z",
            "endsAt": "2026-11-24T13:50:00Z",
            "timeZone": "America/Sao_Paulo",
            "priceCents": 35_000,
            "currency": "BRL",
            "reason": "Palpitations",
            "declineReason": None,
            "meeting": {"status": "READY", "url": "https://meet.example/1", "opensAt": "2026-11-24T12:50:00Z"},
            "cancellation": None,
            "history": [
                {"status": "REQUESTED", "at": "2026-11-01T12:00:00Z"},
                {"status": "CONFIRMED", "at": "2026-11-02T12:00:00Z"},
            ],
            "patient": {"id": "pat_1", "name": "Patient 1", "birthDate": "1990-05-17"},
            "sharedRecords": [
                {
                    "id": "rec_1",
                    "title": "Hemogram 1",
                    "category": "EXAM",
                    "downloadUrl": "https://files.example/rec_1",
                }
            ],
            "notes": [{"id": "note_1", "text": "Regular rhythm", "createdAt": "2026-11-24T14:00:00Z"}],
        }
    }


async def test_an_appointment_shows_the_newest_shared_records(ask: Asking, downstreams: Downstreams) -> None:
    """A list of appointments, each with all that was ever shared, would be without bounds."""
    downstreams.size = 30
    data, _ = await ask.doctor(APPOINTMENT, id="apt_1")
    assert data is not None
    assert [each["id"] for each in data["appointment"]["sharedRecords"]] == [f"rec_{n}" for n in range(1, 21)]


async def test_an_outage_of_records_does_not_erase_the_appointment(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.down = {"records"}
    data, errors = await ask.doctor(APPOINTMENT, id="apt_1")
    assert data is not None
    shown = data["appointment"]
    assert shown["status"] == "CONFIRMED"
    assert (shown["patient"], shown["sharedRecords"], shown["notes"]) == (None, None, None)
    assert errors == {
        "appointment.patient": "UpstreamUnavailable",
        "appointment.sharedRecords": "UpstreamUnavailable",
        "appointment.notes": "UpstreamUnavailable",
    }


async def test_an_absent_appointment_is_null(ask: Asking) -> None:
    assert await ask.doctor(APPOINTMENT, id="absent_1") == ({"appointment": None}, {})


async def test_without_scheduling_it_is_null_with_an_error(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.down = {"scheduling"}
    assert await ask.doctor(APPOINTMENT, id="apt_1") == (
        {"appointment": None},
        {"appointment": "UpstreamUnavailable"},
    )


async def test_a_cancelled_one_says_by_whom_and_why(ask: Asking, downstreams: Downstreams) -> None:
    cancellation = {"by": "PATIENT", "justification": "I have to travel", "at": "2026-11-03T12:00:00Z"}
    cancelled = samples.appointment("apt_1", status="CANCELLED", cancellation=cancellation, meeting=None)
    downstreams.answers["scheduling POST /appointments/{id}/cancel"] = cancelled
    data, errors = await ask.doctor(
        """mutation { cancelAppointment(input: {appointmentId: "apt_1", justification: "Ill"}) {
            ... on AppointmentCancelled { appointment { status meeting { url } cancellation { by justification at } } }
        } }"""
    )
    assert errors == {}
    assert data == {
        "cancelAppointment": {
            "appointment": {"status": "CANCELLED", "meeting": None, "cancellation": cancellation},
        }
    }
