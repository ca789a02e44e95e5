"""Developers are told how an operation was executed; nobody is, unless a setting says so."""

import pytest

from tests.bff.pool import Clock, KeyEndpoint, SigningKey
from tests.bff.world import World, running

pytestmark = pytest.mark.anyio

SEARCH = "{ doctors(first: 5) { nodes { name nextSlot { startsAt } } } }"


async def test_the_header_tells_the_levels_and_the_batches(
    signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str], clock: Clock
) -> None:
    async with running(signing_key, endpoint, bff_key[0], clock, tells_plans=True) as world:
        world.services.answers["/doctors/search"] = {"items": [], "next": None}
        answer = await world.ask(SEARCH, x_plan="1")
        assert answer.json()["extensions"]["plan"] == {
            "levels": [
                {"DoctorsBySearchLoader": ["doctors"]},
                {"NextSlotByDoctorLoader": ["doctors.nodes.nextSlot"]},
            ],
            "batches": {"DoctorsBySearchLoader": [1]},
        }
        assert "extensions" not in (await world.ask(SEARCH)).json()


async def test_in_production_the_header_says_nothing(world: World) -> None:
    world.services.answers["/doctors/search"] = {"items": [], "next": None}
    assert "extensions" not in (await world.ask(SEARCH, x_plan="1")).json()
