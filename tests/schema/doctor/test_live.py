import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams
from tests.schema.happening import change, shared

pytestmark = pytest.mark.anyio

AGENDA = "subscription { agendaChanged { id status patient { name } } }"


async def test_each_change_of_an_own_appointment_shows_it_as_it_is_then(ask: Asking, downstreams: Downstreams) -> None:
    ask.happened.changes = [change(1, "appointment.requested"), change(2), change(3, "appointment.cancelled")]
    assert await ask.watch_as_doctor(AGENDA) == [
        {"data": {"agendaChanged": {"id": f"apt_{n}", "status": "CONFIRMED", "patient": {"name": f"Patient {n}"}}}}
        for n in (1, 1, 1)
    ]
    assert downstreams.calls["scheduling GET /appointments"] == 3
    assert (ask.happened.asked_for, ask.happened.open) == (["doc_1"], 0)


async def test_a_second_doctor_and_the_rest_change_no_agenda(ask: Asking, downstreams: Downstreams) -> None:
    ask.happened.changes = [
        change(1, doctor_id="doc_2"),
        change(2, "note.written"),
        change(3, "availability.changed"),
        shared(4),
    ]
    assert await ask.watch_as_doctor(AGENDA) == []
    assert not downstreams.calls


async def test_without_records_the_appointment_stays(ask: Asking, downstreams: Downstreams) -> None:
    ask.happened.changes = [change(1)]
    downstreams.down = {"records"}
    assert await ask.watch_as_doctor("subscription { agendaChanged { id patient { name } } }") == [
        {
            "data": {"agendaChanged": {"id": "apt_1", "patient": None}},
            "errors": {"agendaChanged.patient": "UPSTREAM_UNAVAILABLE"},
        }
    ]


async def test_nobody_watches_nothing(ask: Asking, downstreams: Downstreams) -> None:
    ask.as_nobody = True
    assert await ask.watch_as_doctor(AGENDA) == [{"data": None, "errors": {"agendaChanged": "UNAUTHENTICATED"}}]
    assert not downstreams.calls
    assert ask.happened.asked_for == []
