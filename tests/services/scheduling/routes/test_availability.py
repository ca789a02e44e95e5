from datetime import timedelta

import pytest

from tests.services.scheduling.world import FIRST, HOURS, NOW, SECOND, World, code_of
from tests.services.tokens import (
    ADMIN,
    ANONYMOUS_DOCTOR,
    DOCTOR,
    DOCTOR_WITH_ROLE,
    EVENTS,
    NOBODY,
    OTHER_DOCTOR,
    OTHER_PATIENT,
    PATIENT,
    RECORDS,
    WITHOUT_ROLE,
    Person,
)

pytestmark = pytest.mark.anyio

PATH = f"/doctors/{DOCTOR.actor}/availability"
AFTERNOONS = [{"weekday": weekday, "startsAt": "13:00", "endsAt": "17:00"} for weekday in range(5)]


async def slots(world: World, first_day: str = "2026-11-25", days: int = 1) -> list[str]:
    answer = await world.get("/slots", NOBODY, doctorIds=DOCTOR.actor, from_=first_day, days=days)
    return [slot["startsAt"] for each in answer.json() for slot in each["slots"]]


async def next_slot(world: World) -> object:
    return (await world.get("/next-slots", NOBODY, doctorIds=DOCTOR.actor)).json()[0]["slot"]


async def test_slots_are_computed_from_the_hours(world: World) -> None:
    await world.open_practice()
    answer = (await world.get("/slots", NOBODY, doctorIds=DOCTOR.actor, from_="2026-11-25", days=1)).json()
    starts = ["11:00", "11:50", "12:40", "13:30"]
    ends = ["11:50", "12:40", "13:30", "14:20"]
    free = [
        {"startsAt": f"2026-11-25T{start}:00Z", "endsAt": f"2026-11-25T{end}:00Z"}
        for start, end in zip(starts, ends, strict=True)
    ]
    assert answer == [{"doctorId": DOCTOR.actor, "slots": free}]
    assert len(await slots(world, "2026-11-23", 7)) == 2 + 3 * 4
    assert len(await slots(world, "2026-11-24", 31)) == 2 + 22 * 4


async def test_a_request_takes_its_slot_and_a_cancellation_gives_it_back(world: World) -> None:
    await world.open_practice()
    appointment = await world.booked()
    assert await slots(world) == ["2026-11-25T11:50:00Z", "2026-11-25T12:40:00Z", "2026-11-25T13:30:00Z"]
    await world.act("cancel", PATIENT, appointment)
    assert len(await slots(world)) == 4


async def test_a_booking_over_utc_midnight_takes_the_slots_of_both_days(world: World) -> None:
    """20:30 in São Paulo is 23:30 UTC: the claim lies in two of the store's days."""
    await world.open_practice()
    evenings = [{"weekday": weekday, "startsAt": "19:40", "endsAt": "23:00"} for weekday in range(5)]
    await world.put(PATH, DOCTOR, HOURS | {"rules": evenings})
    await world.booked(starts_at=FIRST + timedelta(hours=12, minutes=30))
    assert await slots(world) == ["2026-11-25T22:40:00Z", "2026-11-26T00:20:00Z", "2026-11-26T01:10:00Z"]
    shifted = [{"weekday": weekday, "startsAt": "20:00", "endsAt": "23:00"} for weekday in range(5)]
    await world.put(PATH, DOCTOR, HOURS | {"rules": shifted})
    assert await slots(world) == ["2026-11-26T00:40:00Z"]


async def test_suspended_and_idle_doctors_offer_nothing_and_unknown_ones_are_absent(world: World) -> None:
    await world.open_practice(status="SUSPENDED")
    ids = f"{DOCTOR.actor},doc_none"
    answer = (await world.get("/slots", NOBODY, doctorIds=ids, from_="2026-11-25")).json()
    assert answer == [{"doctorId": DOCTOR.actor, "slots": []}]
    assert (await world.get("/next-slots", NOBODY, doctorIds=ids)).json() == [{"doctorId": DOCTOR.actor, "slot": None}]


WRONG_DAYS = [{"days": 32}, {"days": 0}, {"from_": "9999-12-31"}, {"from_": "24/11/2026"}]


@pytest.mark.parametrize("query", WRONG_DAYS, ids=str)
async def test_days_that_make_no_sense_are_refused(world: World, query: dict[str, object]) -> None:
    answer = await world.get("/slots", NOBODY, **{"doctorIds": "doc_a", "from_": "2026-11-25"} | query)
    assert code_of(answer) == (422, "INVALID_REQUEST")


async def test_the_next_slot_is_the_first_free_one(world: World) -> None:
    await world.open_practice()
    assert await next_slot(world) == {"startsAt": "2026-11-24T12:40:00Z", "endsAt": "2026-11-24T13:30:00Z"}
    await world.booked(starts_at=NOW + timedelta(minutes=40))
    await world.booked(OTHER_PATIENT, NOW + timedelta(minutes=90))
    assert await next_slot(world) == {"startsAt": "2026-11-25T11:00:00Z", "endsAt": "2026-11-25T11:50:00Z"}


@pytest.mark.parametrize(("day", "found"), [("2026-12-20", True), ("2026-12-25", False)])
async def test_the_next_slot_is_sought_for_thirty_days(world: World, day: str, found: bool) -> None:
    await world.open_practice()
    only_day = {"date": day, "startsAt": "08:00", "endsAt": "09:00", "available": True}
    await world.put(PATH, DOCTOR, HOURS | {"rules": [], "exceptions": [only_day]})
    slot = {"startsAt": f"{day}T11:00:00Z", "endsAt": f"{day}T11:50:00Z"}
    assert await next_slot(world) == (slot if found else None)


async def test_a_doctor_sets_his_hours_and_tells_of_it(world: World) -> None:
    saved = [await world.put(PATH, DOCTOR, HOURS | {"slotMinutes": minutes}) for minutes in (50, 30)]
    expected = HOURS | {"doctorId": DOCTOR.actor, "slotMinutes": 30, "version": 2}
    assert saved[1].json() == expected
    assert (await world.get("/availability", DOCTOR, doctorIds=DOCTOR.actor)).json() == [expected]
    events = await world.events("availability.changed")
    assert [(event.entity, event.version, event.data) for event in events] == [
        (DOCTOR.actor, version, {"doctorId": DOCTOR.actor}) for version in (1, 2)
    ]


async def test_flawed_hours_change_nothing(world: World) -> None:
    answer = await world.put(PATH, DOCTOR, HOURS | {"timeZone": "America/Atlantis"})
    assert code_of(answer) == (422, "INVALID_AVAILABILITY")
    assert (await world.get("/availability", DOCTOR, doctorIds=DOCTOR.actor)).json() == []


async def test_hours_that_leave_appointments_outside_change_nothing(world: World) -> None:
    """Requests count too; what was called off does not."""
    await world.open_practice()
    requested = await world.booked()
    confirmed = await world.booked(OTHER_PATIENT, SECOND)
    cancelled = await world.booked(OTHER_PATIENT, SECOND + timedelta(minutes=50))
    await world.act("confirm", DOCTOR, confirmed)
    await world.act("cancel", OTHER_PATIENT, cancelled)
    answer = await world.put(PATH, DOCTOR, HOURS | {"rules": AFTERNOONS})
    assert code_of(answer) == (409, "AVAILABILITY_CONFLICT")
    assert answer.json()["appointmentIds"] == [requested["id"], confirmed["id"]]
    kept = (await world.get("/availability", DOCTOR, doctorIds=DOCTOR.actor)).json()[0]
    assert (kept["version"], kept["rules"]) == (1, HOURS["rules"])
    assert len(await world.events("availability.changed")) == 1


async def test_an_appointment_off_the_new_grid_but_in_working_time_is_no_conflict(world: World) -> None:
    await world.open_practice()
    await world.booked(starts_at=SECOND)
    assert (await world.put(PATH, DOCTOR, HOURS | {"slotMinutes": 60})).status_code == 200
    assert await slots(world) == ["2026-11-25T13:00:00Z", "2026-11-25T14:00:00Z"]


async def test_past_appointments_do_not_bind_the_doctor(world: World) -> None:
    await world.open_practice()
    await world.booked()
    world.clock.now = FIRST
    assert (await world.put(PATH, DOCTOR, HOURS | {"rules": AFTERNOONS})).status_code == 200


@pytest.mark.parametrize(
    "caller",
    [NOBODY, PATIENT, OTHER_DOCTOR, ANONYMOUS_DOCTOR, DOCTOR_WITH_ROLE, ADMIN, EVENTS],
    ids=lambda each: each.actor,
)
async def test_nobody_else_sets_a_doctors_hours(world: World, caller: Person) -> None:
    assert code_of(await world.put(PATH, caller, HOURS)) == (403, "FORBIDDEN")


async def test_hours_are_read_by_the_doctor_the_erp_and_services(world: World) -> None:
    await world.open_practice()
    for caller in (DOCTOR, ADMIN, RECORDS):
        assert len((await world.get("/availability", caller, doctorIds=DOCTOR.actor)).json()) == 1
    for caller in (NOBODY, PATIENT, OTHER_DOCTOR, DOCTOR_WITH_ROLE, ANONYMOUS_DOCTOR, WITHOUT_ROLE):
        answer = await world.get("/availability", caller, doctorIds=DOCTOR.actor)
        assert code_of(answer) == (403, "FORBIDDEN")
