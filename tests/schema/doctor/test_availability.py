import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

CALL = "scheduling PUT /doctors/{id}/availability"
SET = """mutation Set($input: SetAvailabilityInput!) { setAvailability(input: $input) {
    __typename ... on AvailabilitySet { availability { slotMinutes rules { weekday } exceptions { date } } }
} }"""
RULE = {"weekday": 0, "startsAt": "08:00", "endsAt": "12:00"}
HOURS = {"timeZone": "America/Sao_Paulo", "slotMinutes": 50, "rules": [RULE]}


async def test_the_whole_availability_is_replaced(ask: Asking, downstreams: Downstreams) -> None:
    holiday = {"date": "2026-12-25", "available": False}
    data, errors = await ask.doctor(SET, input=HOURS | {"exceptions": [holiday]})
    assert errors == {}
    assert data == {
        "setAvailability": {
            "__typename": "AvailabilitySet",
            "availability": {"slotMinutes": 50, "rules": [{"weekday": 0}], "exceptions": [{"date": "2026-12-25"}]},
        }
    }
    assert downstreams.sent[CALL] == HOURS | {"exceptions": [holiday | {"startsAt": None, "endsAt": None}]}


async def test_no_exceptions_are_none(ask: Asking, downstreams: Downstreams) -> None:
    await ask.doctor(SET, input=HOURS)
    assert downstreams.sent[CALL]["exceptions"] == []


@pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        ((422, "INVALID_AVAILABILITY"), "InvalidAvailability"),
        ((409, "AVAILABILITY_CONFLICT"), "AvailabilityConflict"),
        ((422, "INVALID_REQUEST"), "InvalidInput"),
    ],
)
async def test_a_refusal_is_a_problem(
    ask: Asking, downstreams: Downstreams, refusal: tuple[int, str], problem: str
) -> None:
    downstreams.refusals[CALL] = refusal
    answer = await ask.doctor(SET, input=HOURS)
    assert answer == ({"setAvailability": {"__typename": problem}}, {})


async def test_nobody_sets_nobodys_hours(ask: Asking, downstreams: Downstreams) -> None:
    ask.as_nobody = True
    assert await ask.doctor(SET, input=HOURS) == (None, {"setAvailability": "Unauthenticated"})
    assert not downstreams.calls
