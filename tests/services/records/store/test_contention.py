import asyncio

import pytest

from services.common.table import ConditionFailed
from services.records.store.contention import MAX_ATTEMPTS, Contended, insist
from tests.services.records.world import World, person

pytestmark = pytest.mark.anyio


async def test_an_action_is_tried_until_nobody_interferes() -> None:
    attempts = iter(range(1, MAX_ATTEMPTS + 1))

    async def action() -> str:
        if next(attempts) < MAX_ATTEMPTS:
            raise ConditionFailed([0])
        return "done"

    assert await insist(action) == "done"


async def test_it_gives_up_at_last() -> None:
    async def action() -> None:
        raise ConditionFailed([0])

    with pytest.raises(Contended):
        await insist(action)


async def test_twenty_shares_of_one_record_at_once_all_succeed(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    record_id = (await world.announce(ana))["record"]["id"]

    await asyncio.gather(*(world.share(ana, doctor, record_id) for _ in range(20)))

    assert sorted(event.version for event in await world.events("record.shared")) == list(range(1, 21))
