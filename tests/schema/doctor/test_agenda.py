import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

AGENDA = """
    query Agenda($from: Date!, $to: Date!) {
      me { agenda(from: $from, to: $to) {
        timeZone days { date startsAt endsAt appointments { id patient { name } } busy { startsAt endsAt } }
      } }
    }
"""


async def test_each_day_shows_its_appointments_and_its_part_of_a_busy_time(
    ask: Asking, downstreams: Downstreams
) -> None:
    """A busy time over a midnight is cut there; a day that it does not touch is free."""
    downstreams.size = 1
    data, errors = await ask.doctor(AGENDA, **{"from": "2026-11-24", "to": "2026-11-26"})
    assert errors == {}
    assert data == {
        "me": {
            "agenda": {
                "timeZone": "America/Sao_Paulo",
                "days": [
                    {
                        "date": "2026-11-24",
                        "startsAt": "2026-11-24T03:00:00Z",
                        "endsAt": "2026-11-25T03:00:00Z",
                        "appointments": [{"id": "apt_1", "patient": {"name": "Patient 1"}}],
                        "busy": [{"startsAt": "2026-11-24T22:00:00Z", "endsAt": "2026-11-25T03:00:00Z"}],
                    },
                    {
                        "date": "2026-11-25",
                        "startsAt": "2026-11-25T03:00:00Z",
                        "endsAt": "2026-11-26T03:00:00Z",
                        "appointments": [],
                        "busy": [{"startsAt": "2026-11-25T03:00:00Z", "endsAt": "2026-11-25T10:00:00Z"}],
                    },
                    {
                        "date": "2026-11-26",
                        "startsAt": "2026-11-26T03:00:00Z",
                        "endsAt": "2026-11-27T03:00:00Z",
                        "appointments": [],
                        "busy": [],
                    },
                ],
            }
        }
    }


async def test_without_google_the_appointments_stay(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.down = {"google"}
    data, errors = await ask.doctor(AGENDA, **{"from": "2026-11-24", "to": "2026-11-24"})
    assert data is not None
    [day] = data["me"]["agenda"]["days"]
    assert day["busy"] is None
    assert [each["id"] for each in day["appointments"]] == ["apt_1", "apt_2", "apt_3"]
    assert errors == {"me.agenda.days.0.busy": "UpstreamUnavailable"}


async def test_without_records_the_days_stay(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.size, downstreams.down = 1, {"records"}
    data, errors = await ask.doctor(AGENDA, **{"from": "2026-11-24", "to": "2026-11-24"})
    assert data is not None
    assert data["me"]["agenda"]["days"][0]["appointments"] == [{"id": "apt_1", "patient": None}]
    assert errors == {"me.agenda.days.0.appointments.0.patient": "UpstreamUnavailable"}


@pytest.mark.parametrize("last", ["2026-11-23", "2027-01-25"], ids=["backwards", "63 days"])
async def test_what_is_no_span_of_days_is_refused_without_a_call(
    ask: Asking, downstreams: Downstreams, last: str
) -> None:
    data, errors = await ask.doctor(AGENDA, **{"from": "2026-11-24", "to": last})
    assert data == {"me": {"agenda": None}}
    assert errors == {"me.agenda": "BadUserInput"}
    assert not downstreams.calls


async def test_sixty_two_days_are_one_question_to_google(ask: Asking, downstreams: Downstreams) -> None:
    _, errors = await ask.doctor(AGENDA, **{"from": "2026-11-24", "to": "2027-01-24"})
    assert errors == {}
    assert downstreams.calls["google POST /calendar/v3/freeBusy"] == 1
