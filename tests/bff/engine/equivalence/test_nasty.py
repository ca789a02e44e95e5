"""The engine and graphql-core say the same of a schema that has everything, in a world where anything goes wrong."""

import sys
from functools import partial
from random import Random

import pytest

from bff.engine.plans import Plans
from tests.bff.engine.equivalence.documents import Author
from tests.bff.engine.equivalence.nasty import NASTY
from tests.bff.engine.equivalence.oracle import Oracle, Tally
from tests.bff.engine.equivalence.world import nasty_context

pytestmark = pytest.mark.anyio

SEED = 20261124
FEW = 150
MANY = 2_750
TROUBLES = (0.0, 0.02, 0.05, 0.15)


def suggest(chance: Random, _field: str, argument: str) -> str | None:
    """Return ids of beings that exist."""
    return f"b{chance.randint(0, 9)}" if argument in {"id", "ids"} else None


async def compared(count: int) -> Tally:
    """Compare so many operations, each in worlds of growing trouble."""
    tally = Tally()
    graph = NASTY._schema
    oracle = Oracle(schema=graph, plans=Plans(graph, unplanned=tally.unplanned), tally=tally)
    for number in range(count):
        chance = Random(SEED + number)  # noqa: S311  cases are to be the same each time
        operation = Author(graph, chance, suggest).operation("query" if chance.random() < 0.85 else "mutation")
        worlds = [partial(nasty_context, number, trouble, uneven=trouble == TROUBLES[-1]) for trouble in TROUBLES]
        try:
            await oracle.compare(operation.query, operation.variables, worlds[:-1], uneven=worlds[-1:])
        except AssertionError as difference:
            difference.add_note(f"operation {number}: {operation.query}\n{operation.variables}")
            raise
    return tally


def check(tally: Tally, count: int) -> None:
    """Fail where the cases were too easy."""
    sys.stdout.write(f"{tally}\n")
    assert not tally.reasons
    assert tally.cases > 0.9 * count * len(TROUBLES)
    assert tally.deep > 0.5 * tally.cases
    assert tally.failed > 0.2 * tally.cases
    assert tally.propagated > 0.05 * tally.cases


async def test_whatever_is_asked(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "bff.errors")
    check(await compared(FEW), FEW)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_ten_thousand_cases(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "bff.errors")
    check(await compared(MANY), MANY)
