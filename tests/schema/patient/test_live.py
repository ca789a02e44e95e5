import pytest

from tests.schema import samples
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams
from tests.schema.happening import change, shared

pytestmark = pytest.mark.anyio

ANY = "subscription { appointmentChanged { id status doctor { name } } }"
ONE = "subscription One($id: ID!) { appointmentChanged(appointmentId: $id) { id } }"
APPOINTMENTS = "scheduling GET /appointments"


async def test_each_change_of_an_own_appointment_shows_it_as_it_is_then(ask: Asking, downstreams: Downstreams) -> None:
    """Two changes of one appointment are two calls: nothing is shown from a cache."""
    ask.happened.changes = [change(1), change(2), change(3, "appointment.cancelled")]
    assert await ask.watch_as_patient(ANY) == [
        {"data": {"appointmentChanged": {"id": f"apt_{n}", "status": "CONFIRMED", "doctor": {"name": f"Doctor {n}"}}}}
        for n in (1, 1, 1)
    ]
    assert downstreams.calls[APPOINTMENTS] == 3
    assert (ask.happened.asked_for, ask.happened.open) == (["pat_1"], 0)


async def test_one_appointment_can_be_chosen(ask: Asking) -> None:
    ask.happened.changes = [change(1, appointment_id="apt_2"), change(2), change(3, appointment_id="apt_3")]
    assert await ask.watch_as_patient(ONE, id="apt_1") == [{"data": {"appointmentChanged": {"id": "apt_1"}}}]


@pytest.mark.parametrize("chosen", ["apt_2", "apt_404", ""])
async def test_anothers_appointment_is_as_silent_as_an_absent_one(
    ask: Asking, downstreams: Downstreams, chosen: str
) -> None:
    """Whatever happens to it: no answer, no call."""
    ask.happened.changes = [change(1, patient_id="pat_2", appointment_id="apt_2"), change(2)]
    assert await ask.watch_as_patient(ONE, id=chosen) == []
    assert not downstreams.calls
    assert ask.happened.asked_for == ["pat_1"]


@pytest.mark.parametrize("kind", ["note.written", "record.shared", "availability.changed", "appointments.counted"])
async def test_what_is_no_change_of_an_appointment_is_not_told_as_one(ask: Asking, kind: str) -> None:
    """Not even that a doctor wrote a note about it."""
    ask.happened.changes = [change(1, kind)]
    assert await ask.watch_as_patient(ANY) == []


async def test_an_outage_at_one_change_is_an_error_of_that_one(ask: Asking, downstreams: Downstreams) -> None:
    ask.happened.changes = [change(1), change(2)]
    downstreams.down = {"scheduling"}
    unavailable = {"data": None, "errors": {"appointmentChanged": "UPSTREAM_UNAVAILABLE"}}
    assert await ask.watch_as_patient(ANY) == [unavailable, unavailable]


async def test_nobody_watches_nothing(ask: Asking, downstreams: Downstreams) -> None:
    ask.as_nobody = True
    ask.happened.changes = [change(1)]
    (answer,) = await ask.watch_as_patient(ANY)
    assert answer == {"data": None, "errors": {"appointmentChanged": "UNAUTHENTICATED"}}
    assert not downstreams.calls
    assert ask.happened.asked_for == []


NOTIFICATIONS = "subscription { notificationReceived { id kind at message appointment { id } record { id title } } }"


async def test_a_patient_is_told_of_what_others_did_and_of_who_may_read(ask: Asking) -> None:
    kinds = ["appointment.confirmed", "appointment.declined", "appointment.cancelled", "appointment.completed"]
    ask.happened.changes = [change(n, kind) for n, kind in enumerate(kinds)] + [shared(4), shared(5, "share.revoked")]
    given = [each["data"]["notificationReceived"] for each in await ask.watch_as_patient(NOTIFICATIONS)]
    appointment, record = {"id": "apt_1"}, {"id": "rec_1", "title": "Hemogram 1"}
    assert [(each["id"], each["kind"], each["appointment"], each["record"]) for each in given] == [
        ("evt_0", "APPOINTMENT_CONFIRMED", appointment, None),
        ("evt_1", "APPOINTMENT_DECLINED", appointment, None),
        ("evt_2", "APPOINTMENT_CANCELLED", appointment, None),
        ("evt_3", "APPOINTMENT_COMPLETED", appointment, None),
        ("evt_4", "RECORD_SHARED", None, record),
        ("evt_5", "SHARE_REVOKED", None, record),
    ]
    assert {each["at"] for each in given} == {"2026-11-24T12:00:00Z"}
    assert ask.happened.open == 0


@pytest.mark.parametrize("kind", ["appointment.requested", "note.written", "record.added", "patient.confirmed"])
async def test_of_the_rest_a_patient_is_told_nothing(ask: Asking, downstreams: Downstreams, kind: str) -> None:
    ask.happened.changes = [change(1, kind), change(2, patient_id="pat_2")]
    assert await ask.watch_as_patient(NOTIFICATIONS) == []
    assert not downstreams.calls


async def test_a_notification_loads_what_is_asked_of_it_alone(ask: Asking, downstreams: Downstreams) -> None:
    ask.happened.changes = [change(1), shared(2)]
    assert len(await ask.watch_as_patient("subscription { notificationReceived { id } }")) == 2
    assert not downstreams.calls


async def test_without_records_a_notification_stays(ask: Asking, downstreams: Downstreams) -> None:
    ask.happened.changes = [shared(1)]
    downstreams.down = {"records"}
    assert await ask.watch_as_patient("subscription { notificationReceived { kind record { id } } }") == [
        {
            "data": {"notificationReceived": {"kind": "RECORD_SHARED", "record": None}},
            "errors": {"notificationReceived.record": "UPSTREAM_UNAVAILABLE"},
        }
    ]


async def test_a_change_shows_what_came_of_it(ask: Asking, downstreams: Downstreams) -> None:
    """Not what was so when it happened: a later change may have come meanwhile."""
    ask.happened.changes = [change(1)]
    downstreams.answers[APPOINTMENTS] = [samples.appointment("apt_1", status="CANCELLED")]
    assert await ask.watch_as_patient("subscription { appointmentChanged { status } }") == [
        {"data": {"appointmentChanged": {"status": "CANCELLED"}}}
    ]
