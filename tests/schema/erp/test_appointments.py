import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

FIELDS = """
    id status startsAt endsAt timeZone priceCents currency createdAt meetingStatus declineReason
    cancellation { justification } history { status at } patient { name } doctor { name }
"""
APPOINTMENT = {
    "id": "apt_1",
    "status": "CONFIRMED",
    "startsAt": "2026-11-24T13:00:00Z",
    "endsAt": "2026-11-24T13:50:00Z",
    "timeZone": "America/Sao_Paulo",
    "priceCents": 35_000,
    "currency": "BRL",
    "createdAt": "2026-11-01T12:00:00Z",
    "meetingStatus": "READY",
    "declineReason": None,
    "cancellation": None,
    "history": [
        {"status": "REQUESTED", "at": "2026-11-01T12:00:00Z"},
        {"status": "CONFIRMED", "at": "2026-11-02T12:00:00Z"},
    ],
    "patient": {"name": "Patient 1"},
    "doctor": {"name": "Doctor 1"},
}


async def test_appointments_come_with_both_people(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.size = 1
    query = f"{{ appointments(filter: {{statuses: [CONFIRMED]}}) {{ nodes {{ {FIELDS} }} }} }}"
    assert await ask.erp(query) == ({"appointments": {"nodes": [APPOINTMENT]}}, {})
    assert downstreams.queries["scheduling GET /appointments/all"] == {"statuses": "CONFIRMED", "limit": "20"}


@pytest.mark.parametrize("field", ["reason", "meeting { url }"])
async def test_what_it_is_about_and_its_link_are_not_the_erps(
    ask: Asking, downstreams: Downstreams, field: str
) -> None:
    assert await ask.erp(f'{{ appointment(id: "apt_1") {{ {field} }} }}') == (None, {"": "GraphQLError"})
    assert not downstreams.calls


async def test_one_appointment_is_found_by_id(ask: Asking) -> None:
    assert await ask.erp(f'{{ appointment(id: "apt_1") {{ {FIELDS} }} }}') == ({"appointment": APPOINTMENT}, {})


@pytest.mark.parametrize(("service", "lost"), [("records", "patient"), ("erp", "doctor")])
async def test_an_outage_takes_one_person_alone(ask: Asking, downstreams: Downstreams, service: str, lost: str) -> None:
    downstreams.down = {service}
    data, errors = await ask.erp(f'{{ appointment(id: "apt_1") {{ {FIELDS} }} }}')
    assert data == {"appointment": APPOINTMENT | {lost: None}}
    assert errors == {f"appointment.{lost}": "UpstreamUnavailable"}
