from datetime import timedelta

import pytest

from services.records.rules.identity import day_in_brazil
from tests.services.records.world import ADMIN, NOBODY, Person, World

pytestmark = pytest.mark.anyio

OTHERS = [NOBODY, Person("pat_1", "patient"), Person("doc_1", "doctor"), Person("adm_1", "erp")]


async def test_active_patients_count_on_the_day_they_registered(world: World) -> None:
    """One who never confirms does not count, and who confirms later counts on the day of registration."""
    today = day_in_brazil(world.now())
    ana = await world.register()
    await world.register(cpf="11144477735", email="bia@example.com")
    world.advance(timedelta(days=2))
    await world.post(NOBODY, f"/patients/{ana}/confirm")
    caio = await world.register(cpf="39053344705", email="caio@example.com")
    await world.post(NOBODY, f"/patients/{caio}/confirm")

    counts = {
        days: (
            await world.get(ADMIN, "/figures", from_=today + timedelta(days[0]), to=today + timedelta(days[1]))
        ).json()
        for days in [(0, 0), (1, 1), (2, 2), (0, 2), (-400, 400)]
    }

    assert {days: count["newPatients"] for days, count in counts.items()} == {
        (0, 0): 1,
        (1, 1): 0,
        (2, 2): 1,
        (0, 2): 2,
        (-400, 400): 2,
    }


async def test_a_period_that_ends_before_it_begins_is_refused(world: World) -> None:
    answer = await world.get(ADMIN, "/figures", from_="2026-11-24", to="2026-11-23")

    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_PERIOD")


@pytest.mark.parametrize("caller", OTHERS)
async def test_only_admins_with_a_role_see_figures(world: World, caller: Person) -> None:
    answer = await world.get(caller, "/figures", from_="2026-11-24", to="2026-11-24")

    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
