"""What the named queries cost downstream: the exact calls, whatever the length of their lists."""

from collections.abc import Iterator
from typing import Final

import pytest

from tests.budget import of_doctors, of_patients, of_the_erp
from tests.budget.budgets import PAGE, SIZES, Budget
from tests.schema.asking import Answer, Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

BUDGETS: Final = (*of_patients.QUERIES, *of_doctors.QUERIES, *of_the_erp.QUERIES)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("budget", BUDGETS, ids=lambda each: f"{each.audience} {each.name}")
async def test_an_operation_makes_its_calls_and_no_more(
    ask: Asking, downstreams: Downstreams, budget: Budget, size: int
) -> None:
    """Beyond what one page holds, the second begins after the end of the first, and both are asked for together."""
    downstreams.size = size
    downstreams.answers |= budget.answers(size)
    after = await cursor(ask, budget, size) if budget.pages and size > PAGE else None
    downstreams.calls.clear()
    data, errors = await asked(ask, budget, budget.of(size, after))
    assert errors == {}
    assert not budget.grows or longest(data) >= size
    assert downstreams.calls == budget.price(size)


async def asked(ask: Asking, budget: Budget, query: str) -> Answer:
    """Ask the graph that a budget is of."""
    return await {"patient": ask.patient, "doctor": ask.doctor, "erp": ask.erp}[budget.audience](query)


async def cursor(ask: Asking, budget: Budget, size: int) -> str:
    """Return where the first page of each of the lists ends."""
    data, _ = await asked(ask, budget, budget.of(size))
    (end,) = set(cursors(data))
    return end


def cursors(data: object) -> Iterator[str]:
    """Find the ends of all pages."""
    if isinstance(data, dict) and isinstance(data.get("endCursor"), str):
        yield data["endCursor"]
    for each in parts(data):
        yield from cursors(each)


def longest(data: object) -> int:
    """Count what is shown at the level that shows the most objects: both pages of a list count."""
    level, most = [data], 0
    while level:
        most = max(most, sum(isinstance(each, dict) for each in level))
        level = [below for each in level for below in parts(each)]
    return most


def parts(data: object) -> list[object]:
    """Return what an object or a list is made of."""
    match data:
        case dict():
            return list(data.values())
        case list():
            return data
        case _:
            return []
