"""What the scheduling service writes, as the client reads it."""

from datetime import UTC, datetime, timedelta

import pytest

from clients.errors import UpstreamContract
from clients.ids import AppointmentId, DoctorId, PatientId
from clients.scheduling.client import SchedulingClient
from clients.scheduling.models import (
    Appointment,
    AppointmentStatus,
    Cancellation,
    HistoryEntry,
    Meeting,
    MeetingStatus,
    Party,
)
from tests.clients.contract import Call, read

pytestmark = pytest.mark.anyio

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
APPOINTMENTS: Call[SchedulingClient] = Call(
    lambda client: client.appointments([AppointmentId("apt_1")]), "GET /appointments"
)

WRITTEN = {
    "id": "apt_1",
    "patientId": "pat_1",
    "doctorId": "doc_1",
    "status": "CANCELLED",
    "startsAt": "2026-11-24T12:00:00Z",
    "endsAt": "2026-11-24T09:30:00-03:00",
    "timeZone": "America/Sao_Paulo",
    "priceCents": 25000,
    "currency": "BRL",
    "reason": "Dor no peito",
    "createdAt": "2026-11-24T12:00:00.250Z",
    "version": 3,
    "telemedicineConsentAt": "2026-11-24T12:00:00Z",
    "cancellation": {"by": "PATIENT", "justification": "Viagem", "at": "2026-11-24T12:00:00Z"},
    "declineReason": None,
    "meeting": {"status": "READY", "url": "https://meet.google.com/a-b-c", "eventId": "e"},
    "history": [{"status": "REQUESTED", "at": "2026-11-24T12:00:00Z", "by": "pat_1", "pool": "patient"}],
    "somethingNew": {"of": "tomorrow"},
}


async def test_an_appointment_is_read_as_it_is_written() -> None:
    """Times become aware, statuses enums, and what the client does not know is left aside."""
    assert await read(SchedulingClient, APPOINTMENTS, [WRITTEN]) == (
        Appointment(
            id=AppointmentId("apt_1"),
            patient_id=PatientId("pat_1"),
            doctor_id=DoctorId("doc_1"),
            status=AppointmentStatus.CANCELLED,
            starts_at=NOON,
            ends_at=NOON + timedelta(minutes=30),
            time_zone="America/Sao_Paulo",
            price_cents=25000,
            currency="BRL",
            reason="Dor no peito",
            created_at=NOON + timedelta(milliseconds=250),
            version=3,
            cancellation=Cancellation(by=Party.PATIENT, justification="Viagem", at=NOON),
            decline_reason=None,
            meeting=Meeting(status=MeetingStatus.READY, url="https://meet.google.com/a-b-c", event_id="e"),
            history=(HistoryEntry(status=AppointmentStatus.REQUESTED, at=NOON, by="pat_1", pool="patient"),),
        ),
    )


@pytest.mark.parametrize(
    "changes",
    [{"startsAt": "2026-11-24T12:00:00"}, {"status": "UNHEARD_OF"}, {"priceCents": 250.5}, {"history": None}],
    ids=["a time without a zone", "an unknown status", "a fraction of a cent", "no history"],
)
async def test_an_appointment_that_is_not_as_promised_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(UpstreamContract):
        await read(SchedulingClient, APPOINTMENTS, [{**WRITTEN, **changes}])
