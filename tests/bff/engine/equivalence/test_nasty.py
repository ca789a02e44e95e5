"""The engine and graphql-core say the same of a schema that has everything, in a world where anything goes wrong."""

import asyncio
import gc
import sys
from functools import partial
from random import Random

import pytest
from graphql import parse

from bff.admission.body import GraphQLRequest
from bff.engine.documents import Document
from bff.engine.execution import prepared
from bff.engine.plans import Plans
from tests.bff.engine.equivalence.documents import Author, Operation
from tests.bff.engine.equivalence.nasty import NASTY
from tests.bff.engine.equivalence.oracle import POLICY, Oracle, Tally
from tests.bff.engine.equivalence.world import nasty_context, unwatched

pytestmark = pytest.mark.anyio

SEED = 20261124
FEW = 230
MANY = 1_650
TROUBLES = (0.0, 0.02, 0.05, 0.15)


def suggest(chance: Random, _field: str, argument: str) -> str | None:
    """Return ids of beings that exist."""
    return f"b{chance.randint(0, 9)}" if argument in {"id", "ids"} else None


def written(number: int) -> Operation:
    """Return the nth operation: the same each time."""
    chance = Random(SEED + number)  # noqa: S311  as that says
    return Author(NASTY._schema, chance, suggest).operation("query" if chance.random() < 0.85 else "mutation")


async def compared(count: int) -> Tally:
    """Compare so many operations, each in worlds of growing trouble."""
    tally = Tally()
    graph = NASTY._schema
    oracle = Oracle(schema=graph, plans=Plans(graph, unplanned=tally.unplanned), tally=tally)
    for number in range(count):
        operation = written(number)
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


async def test_nothing_is_left_behind(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """No coroutine that nobody awaited, no exception that nobody took: each would be told."""
    caplog.set_level("CRITICAL", "bff.errors")
    told: list[object] = []
    gc.collect()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    monkeypatch.setattr(sys, "unraisablehook", told.append)
    graph = NASTY._schema
    plans = Plans(graph, unplanned=lambda _: None)
    for number in range(FEW // 3):
        operation = written(number)
        request = GraphQLRequest(query=operation.query, variables=operation.variables)
        document = Document(parse(operation.query))
        execution = prepared(graph, document.node, request, max_errors=9, hide_suggestions=True)
        context, *_ = nasty_context(number, TROUBLES[-1])
        await plans.run(execution, document, context, POLICY)
    gc.collect()
    assert told == []


async def test_whatever_is_asked(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "bff.errors")
    with unwatched():
        check(await compared(FEW), FEW)


@pytest.mark.soak
@pytest.mark.timeout(3600)
async def test_six_thousand_cases(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "bff.errors")
    with unwatched():
        check(await compared(MANY), MANY)
