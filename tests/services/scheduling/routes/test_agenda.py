from datetime import timedelta

import pytest

from services.scheduling.models import AppointmentStatus
from services.scheduling.store.appointments import appointment_item
from tests.services.scheduling.world import FIRST, World, appointment, code_of
from tests.services.tokens import (
    ADMIN,
    ANONYMOUS_DOCTOR,
    DOCTOR,
    DOCTOR_WITH_ROLE,
    NOBODY,
    OTHER_DOCTOR,
    PATIENT,
    RECORDS,
    WITHOUT_ROLE,
)

pytestmark = pytest.mark.anyio

QUERY = {"doctorIds": DOCTOR.actor, "from_": "2026-11-25", "to": "2026-11-26"}


async def test_an_agenda_has_each_day_of_the_doctors_zone(world: World) -> None:
    """The late appointment is of the 25th there, though of the 26th in UTC."""
    await world.open_practice()
    late, next_day = FIRST + timedelta(hours=15), FIRST + timedelta(days=1)
    starts = {"apt_next": next_day, "apt_late": late, "apt_first": FIRST, "apt_out": FIRST + timedelta(days=2)}
    await world.table.put_all([appointment_item(appointment(start, id=each)) for each, start in starts.items()])
    agenda = (await world.get("/agenda", DOCTOR, **QUERY)).json()[0]
    days = [(day["date"], day["startsAt"], [each["id"] for each in day["appointments"]]) for day in agenda.pop("days")]
    assert days == [
        ("2026-11-25", "2026-11-25T03:00:00Z", ["apt_first", "apt_late"]),
        ("2026-11-26", "2026-11-26T03:00:00Z", ["apt_next"]),
    ]
    assert agenda == {
        "doctorId": DOCTOR.actor,
        "calendarId": "bruno@example.com",
        "timeZone": "America/Sao_Paulo",
        "startsAt": "2026-11-25T03:00:00Z",
        "endsAt": "2026-11-27T03:00:00Z",
    }


async def test_what_will_not_take_place_is_on_no_agenda(world: World) -> None:
    await world.open_practice()
    await world.table.put_all(
        [appointment_item(appointment(id=f"apt_{status}", status=status)) for status in AppointmentStatus]
    )

    async def shown() -> set[str]:
        agenda = (await world.get("/agenda", ADMIN, **QUERY)).json()[0]
        return {each["status"] for day in agenda["days"] for each in day["appointments"]}

    assert await shown() == {"REQUESTED", "CONFIRMED", "COMPLETED", "NO_SHOW"}
    world.clock.now = FIRST
    assert await shown() == {"CONFIRMED", "COMPLETED", "NO_SHOW"}


async def test_an_agenda_is_for_the_doctor_and_the_erp(world: World) -> None:
    for caller in (NOBODY, PATIENT, OTHER_DOCTOR, ANONYMOUS_DOCTOR, DOCTOR_WITH_ROLE, RECORDS, WITHOUT_ROLE):
        assert code_of(await world.get("/agenda", caller, **QUERY)) == (403, "FORBIDDEN")


@pytest.mark.parametrize("to", ["2026-11-24", "2027-01-26"])
async def test_an_agenda_has_from_one_to_sixty_two_days(world: World, to: str) -> None:
    assert code_of(await world.get("/agenda", DOCTOR, **QUERY | {"to": to})) == (422, "INVALID_PERIOD")
