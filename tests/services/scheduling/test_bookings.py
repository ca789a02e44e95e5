"""What holds a booking together: repeats, limits, and races within one process."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from services.common.table import ConditionFailed, Table, Write
from tests.services.scheduling.world import FIRST, HOURS, SECOND, World, code_of
from tests.services.tokens import DOCTOR, OTHER_PATIENT, PATIENT, Person

pytestmark = pytest.mark.anyio

Together = Callable[[int], None]

SLOTS = [FIRST + timedelta(days=day, minutes=50 * number) for day in (0, 1, 2, 5) for number in range(4)]


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> Together:
    """Let the next so many calls all read before any of them writes: the worst of races, each time."""
    transact = Table.transact

    def meet(count: int) -> None:
        barrier, met = asyncio.Barrier(count), set[asyncio.Task[object] | None]()

        async def transact_together(table: Table, writes: Sequence[Write]) -> None:
            task = asyncio.current_task()
            if len(met) < count and task not in met:
                met.add(task)
                await barrier.wait()
            await transact(table, writes)

        monkeypatch.setattr(Table, "transact", transact_together)

    return meet


async def test_the_same_key_and_booking_replay_the_appointment_as_it_is_now(world: World) -> None:
    await world.open_practice()
    first = await world.booked()
    await world.act("confirm", DOCTOR, first)
    again = await world.book()
    assert (again.status_code, again.json()["id"], again.json()["status"]) == (201, first["id"], "CONFIRMED")
    assert len(await world.events("appointment.requested")) == 1


async def test_the_same_key_for_another_booking_conflicts(world: World) -> None:
    await world.open_practice()
    await world.book(idempotencyKey="k")
    assert code_of(await world.book(starts_at=SECOND, idempotencyKey="k")) == (409, "IDEMPOTENCY_CONFLICT")
    assert code_of(await world.book(reason="Another.", idempotencyKey="k")) == (409, "IDEMPOTENCY_CONFLICT")


async def test_a_key_belongs_to_its_patient(world: World) -> None:
    await world.open_practice()
    await world.book(idempotencyKey="k")
    assert (await world.book(OTHER_PATIENT, SECOND, idempotencyKey="k")).status_code == 201


async def test_one_booking_sent_ten_times_at_once_is_one_appointment(world: World, together: Together) -> None:
    await world.open_practice()
    together(10)
    answers = await asyncio.gather(*(world.book() for _ in range(10)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_one_key_for_two_bookings_at_once_makes_one_appointment(world: World, together: Together) -> None:
    await world.open_practice()
    together(2)
    answers = await asyncio.gather(*(world.book(starts_at=slot, idempotencyKey="k") for slot in SLOTS[:2]))
    assert sorted(answer.status_code for answer in answers) == [201, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    assert code_of(refused) == (409, "IDEMPOTENCY_CONFLICT")


async def test_a_replay_answers_although_the_slot_has_passed(world: World) -> None:
    await world.open_practice()
    first = await world.booked()
    world.clock.now = FIRST + timedelta(days=1)
    assert (await world.book()).json()["id"] == first["id"]


async def test_the_eleventh_appointment_ahead_is_refused(world: World) -> None:
    await world.open_practice()
    for slot in SLOTS[:10]:
        await world.booked(starts_at=slot)
    assert code_of(await world.book(starts_at=SLOTS[10])) == (409, "BOOKING_LIMIT_REACHED")
    assert (await world.book(OTHER_PATIENT, SLOTS[10])).status_code == 201


async def test_a_cancelled_or_started_appointment_makes_room_for_another(world: World) -> None:
    await world.open_practice()
    booked = [await world.booked(starts_at=slot) for slot in SLOTS[:10]]
    await world.act("cancel", PATIENT, booked[9])
    await world.booked(starts_at=SLOTS[10])
    assert code_of(await world.book(starts_at=SLOTS[11])) == (409, "BOOKING_LIMIT_REACHED")
    world.clock.now = SLOTS[0]
    await world.booked(starts_at=SLOTS[11])


async def test_the_limit_holds_when_all_bookings_come_at_once(world: World, together: Together) -> None:
    await world.open_practice()
    together(len(SLOTS))
    answers = await asyncio.gather(*(world.book(starts_at=slot) for slot in SLOTS))
    assert Counter(answer.status_code for answer in answers) == {201: 10, 409: 6}
    refusals = {answer.json()["code"] for answer in answers if answer.status_code == 409}
    assert refusals == {"BOOKING_LIMIT_REACHED"}


async def test_bookings_of_one_doctor_at_once_all_come_through(world: World, together: Together) -> None:
    """They meet at the doctor's availability, and none is refused for that."""
    await world.open_practice()
    together(len(SLOTS))
    patients = [Person(f"pat_{number}", "patient") for number in range(len(SLOTS))]
    answers = await asyncio.gather(*map(world.book, patients, SLOTS))
    assert {answer.status_code for answer in answers} == {201}


async def test_a_booking_and_a_change_of_hours_at_once_never_leave_it_outside(world: World, together: Together) -> None:
    """Either the hours change and the slot is gone, or the booking stands and the hours conflict with it."""
    await world.open_practice()
    outcomes = Counter[tuple[int, int]]()
    for number, slot in enumerate(SLOTS):
        patient = Person(f"pat_{number}", "patient")
        day_off = {"date": slot.date().isoformat(), "startsAt": None, "endsAt": None, "available": False}
        hours = HOURS | {"exceptions": [day_off]}
        together(2)
        booking, change = await asyncio.gather(
            world.book(patient, slot), world.put(f"/doctors/{DOCTOR.actor}/availability", DOCTOR, hours)
        )
        outcomes[booking.status_code, change.status_code] += 1
        if booking.status_code == 201:
            await world.act("decline", DOCTOR, booking.json())
        await world.put(f"/doctors/{DOCTOR.actor}/availability", DOCTOR, HOURS)
    assert outcomes.keys() <= {(201, 409), (422, 200)}


async def test_of_a_confirmation_and_a_cancellation_at_once_both_are_told_the_truth(
    world: World, together: Together
) -> None:
    """Whoever comes first wins; a cancellation may still follow a confirmation, never the other way around."""
    await world.open_practice()
    for slot in SLOTS:
        appointment = await world.booked(Person(f"pat_{slot}", "patient"), slot)
        patient = Person(appointment["patientId"], "patient")
        together(2)
        confirmed, cancelled = await asyncio.gather(
            world.act("confirm", DOCTOR, appointment), world.act("cancel", patient, appointment)
        )
        assert cancelled.status_code == 200
        final = (await world.get("/appointments", patient, ids=appointment["id"])).json()[0]
        steps = [entry["status"] for entry in final["history"]]
        if confirmed.status_code == 200:
            assert steps == ["REQUESTED", "CONFIRMED", "CANCELLED"]
        else:
            assert code_of(confirmed) == (409, "INVALID_TRANSITION")
            assert steps == ["REQUESTED", "CANCELLED"]
        assert final["version"] == len(steps)


async def test_of_ten_confirmations_and_declines_at_once_one_wins(world: World, together: Together) -> None:
    await world.open_practice()
    appointment = await world.booked()
    together(10)
    actions = ["confirm", "decline"] * 5
    answers = await asyncio.gather(*(world.act(action, DOCTOR, appointment) for action in actions))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 9}
    assert len(await world.events()) == 2


async def test_who_always_comes_too_late_is_told_so(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody else changes the same items each time that a call has read them."""
    await world.open_practice()
    appointment = await world.booked()

    async def lose(_table: Table, writes: Sequence[Write]) -> None:
        raise ConditionFailed([len(writes)])

    monkeypatch.setattr(Table, "transact", lose)
    for answer in (
        await world.book(OTHER_PATIENT, SECOND),
        await world.act("confirm", DOCTOR, appointment),
        await world.put(f"/doctors/{DOCTOR.actor}/availability", DOCTOR, HOURS),
    ):
        assert code_of(answer) == (503, "BUSY")
