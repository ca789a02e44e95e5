from typing import Any

import pytest

from clients.cognito.admin import CognitoAdmin
from clients.errors import UpstreamNotFound, UpstreamUnavailable
from clients.google.client import GoogleClient
from services.common.outbox import Event
from services.events.consumers import Consumers
from services.events.doctors import Doctors
from services.events.invoices import Invoices
from services.events.meetings import Meetings
from services.events.platform import Platform
from tests.services.events.neighbours import (
    NOW,
    Erp,
    Scheduling,
    appointment_event,
    doctor_event,
    new_appointment,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def consumers(services: Platform, calendars: GoogleClient, cognito_idp: Any) -> Consumers:  # noqa: ANN401  aiobotocore clients have no type
    """Return the consumers, with a user pool that is not there."""
    return Consumers(
        Doctors(platform=services, accounts=CognitoAdmin(cognito_idp, "us-east-1_absent")),
        Meetings(platform=services, google=calendars),
        Invoices(platform=services),
    )


@pytest.mark.parametrize("kind", ["registered", "suspended"])
async def test_a_consumer_that_fails_keeps_no_other_from_its_part(
    consumers: Consumers, erp: Erp, scheduling: Scheduling, kind: str
) -> None:
    doctor = erp.registered()
    with pytest.raises(UpstreamNotFound):
        await consumers.consume(doctor_event(kind, doctor))
    assert list(scheduling.profiles) == [doctor["id"]]


async def test_a_cancelled_appointment_is_called_off(consumers: Consumers, scheduling: Scheduling) -> None:
    appointment = scheduling.confirmed("bruno@example.com") | {"meeting": None}
    scheduling.appointments[appointment["id"]] = appointment
    await consumers.consume(appointment_event("cancelled", appointment))
    assert scheduling.calls == ["GET /appointments"]


async def test_a_completed_appointment_is_billed(consumers: Consumers, erp: Erp) -> None:
    appointment = new_appointment()
    await consumers.consume(appointment_event("completed", appointment))
    assert list(erp.invoices) == [appointment["id"]]


async def test_a_service_that_does_not_answer_is_a_failure(consumers: Consumers, erp: Erp) -> None:
    erp.down = 1
    with pytest.raises(UpstreamUnavailable):
        await consumers.consume(appointment_event("completed", new_appointment()))


@pytest.mark.parametrize("kind", ["appointment.requested", "record.shared", "invoice.issued"])
async def test_an_event_that_nobody_consumes_is_done(consumers: Consumers, erp: Erp, kind: str) -> None:
    await consumers.consume(Event.of(kind, "apt_1", 1, NOW, {}))
    assert erp.calls == []
