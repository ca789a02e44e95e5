"""A graph shows itself, and helps who misspells its names, only where it is told to."""

import pytest

from tests.bff.pool import Clock, KeyEndpoint, SigningKey
from tests.bff.world import URL, World, error_of, running

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("introspection", [True, False])
async def test_names_are_suggested_only_where_the_graph_shows_itself(
    introspection: bool, signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str], clock: Clock
) -> None:
    misspelt = [
        {"query": "{ specialtys { code } }"},
        {
            "query": "query ($order: DoctorOrder) { doctors(orderBy: $order) { nodes { id } } }",
            "variables": {"order": "NAMES"},
        },
    ]
    async with running(signing_key, endpoint, bff_key[0], clock, introspection=introspection) as world:
        for members in misspelt:
            answer = await world.http.post(URL, json=members)
            assert ("Did you mean" in error_of(answer)["message"]) is introspection


async def test_introspection_is_off_unless_it_is_on(
    world: World, signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str], clock: Clock
) -> None:
    query = '{ __type(name: "Query") { name } }'
    assert error_of(await world.ask(query))["code"] == "BAD_USER_INPUT"
    async with running(signing_key, endpoint, bff_key[0], clock, introspection=True) as open_world:
        assert (await open_world.ask(query)).json() == {"data": {"__type": {"name": "Query"}}}
