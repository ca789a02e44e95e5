import asyncio

import pytest

from bff.engine.race import end, first_of

pytestmark = pytest.mark.anyio


async def returning(value: str, seconds: float = 0) -> str:
    await asyncio.sleep(seconds)
    return value


async def test_the_first_counts_and_the_others_have_ended() -> None:
    cleaned = []

    async def other() -> str:
        try:
            return await returning("other", 3600)
        finally:
            await asyncio.sleep(0.01)
            cleaned.append(True)

    assert await first_of(other(), returning("first")) == "first"
    assert cleaned == [True]


async def test_of_equals_the_one_named_earlier_counts() -> None:
    assert await first_of(returning("a"), returning("b")) == "a"


async def test_what_the_first_raises_is_raised() -> None:
    async def failing() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        await first_of(returning("late", 3600), failing())


async def test_who_is_cancelled_ends_all() -> None:
    before = asyncio.all_tasks()
    race = asyncio.create_task(first_of(returning("a", 3600), returning("b", 3600)))
    await asyncio.sleep(0.01)
    await end([race])
    assert race.cancelled()
    assert asyncio.all_tasks() == before
