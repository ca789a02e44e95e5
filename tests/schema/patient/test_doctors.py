import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

SEARCH = """query Search($filter: DoctorFilter, $orderBy: DoctorOrder, $first: Int, $after: String) {
    doctors(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
        nodes { id distanceKm } pageInfo { hasNextPage endCursor }
    }
}"""

SLOTS = """query Slots($days: Int!) { doctor(id: "doc_1") {
    id slots(from: "2026-11-24", days: $days) { startsAt }
} }"""


async def test_a_search_says_from_where(ask: Asking, downstreams: Downstreams) -> None:
    """Looking around is public."""
    ask.as_nobody = True
    near = {"latitude": -23.5, "longitude": -46.5}
    data, errors = await ask.patient(SEARCH, filter={"near": near, "maxDistanceKm": 5.0}, orderBy="DISTANCE", first=1)
    assert errors == {}
    assert data is not None
    assert data["doctors"]["nodes"] == [{"id": "doc_1", "distanceKm": 1.0}]
    assert downstreams.queries["scheduling GET /doctors/search"] == {
        "latitude": "-23.5",
        "longitude": "-46.5",
        "maxDistanceKm": "5.0",
        "orderBy": "DISTANCE",
        "limit": "1",
    }


async def test_an_order_by_distance_needs_a_place(ask: Asking, downstreams: Downstreams) -> None:
    assert await ask.patient(SEARCH, orderBy="DISTANCE") == (None, {"doctors": "BadUserInput"})
    assert not downstreams.calls


async def test_a_doctor_shows_free_times(ask: Asking, downstreams: Downstreams) -> None:
    data, errors = await ask.patient(
        """{ doctor(id: "doc_1") {
            name crm { number } rating { average } distanceKm
            slots(from: "2026-11-24", days: 2) { startsAt } nextSlot { startsAt endsAt }
        } }"""
    )
    assert errors == {}
    assert data == {
        "doctor": {
            "name": "Doctor 1",
            "crm": {"number": "100001"},
            "rating": {"average": 4.5},
            "distanceKm": None,
            "slots": [{"startsAt": "2026-11-25T13:00:00Z"}],
            "nextSlot": {"startsAt": "2026-11-25T13:00:00Z", "endsAt": "2026-11-25T13:50:00Z"},
        }
    }
    assert downstreams.queries["scheduling GET /slots"] == {"doctorIds": "doc_1", "from": "2026-11-24", "days": "2"}


@pytest.mark.parametrize("days", [0, 32])
async def test_slots_are_asked_for_at_most_31_days(ask: Asking, downstreams: Downstreams, days: int) -> None:
    data, errors = await ask.patient(SLOTS, days=days)
    assert data == {"doctor": {"id": "doc_1", "slots": None}}
    assert errors == {"doctor.slots": "BadUserInput"}
    assert downstreams.calls["scheduling GET /slots"] == 0


async def test_specialties_have_names(ask: Asking) -> None:
    specialty = {"code": "cardiology", "name": "Cardiologia"}
    assert await ask.patient("{ specialties { code name } }") == ({"specialties": [specialty]}, {})
