"""The engine and graphql-core say the same of a schema that has everything, in a world where anything goes wrong."""

import sys
from functools import partial
from random import Random
from typing import Any

import pytest

from bff.engine.plans import Plans
from tests.bff.engine.equivalence.documents import Author
from tests.bff.engine.equivalence.nasty import NASTY
from tests.bff.engine.equivalence.oracle import Oracle, Tally
from tests.bff.engine.equivalence.world import nasty_context

pytestmark = pytest.mark.anyio

SEED = 20261124
FEW = 800
MANY = 10_000
TROUBLES = (0.0, 0.0, 0.02, 0.1)


def suggest(chance: Random, _field: str, argument: str) -> Any:
    """Return ids of beings that exist."""
    return f"b{chance.randint(0, 9)}" if argument in {"id", "ids"} else None


async def cases(count: int) -> Tally:
    """Compare so many operations."""
    tally = Tally()
    graph = NASTY._schema
    plans = Plans(graph, unplanned=lambda reason: tally.reasons.update([reason]))
    for number in range(count):
        chance = Random(SEED + number)
        context = partial(nasty_context, number, chance.choice(TROUBLES))
        oracle = Oracle(schema=graph, context=context, plans=plans, tally=tally)
        operation = Author(graph, chance, suggest).operation("query" if chance.random() < 0.85 else "mutation")
        try:
            await oracle.compare(operation.query, operation.variables)
        except AssertionError as difference:
            difference.add_note(f"case {number}: {operation.query}\n{operation.variables}")
            raise
    return tally


async def test_whatever_is_asked(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "bff.errors")
    tally = await cases(FEW)
    sys.stdout.write(f"{tally}\n")
    assert not tally.reasons
    assert tally.cases > 0.8 * FEW
    assert tally.deep > 0.5 * tally.cases
    assert tally.failed > 0.2 * tally.cases
    assert tally.propagated > 0.05 * tally.cases
