"""The engine and graphql-core say the same of the three graphs, with the same calls downstream or fewer."""

import sys
from random import Random

import pytest
from graphql import print_ast

from bff.engine.plans import Plans
from schema.common.principals import Audience
from tests.bff.engine.equivalence.documents import Author
from tests.bff.engine.equivalence.graphs import GRAPHS, generated, suggest, worlds
from tests.bff.engine.equivalence.oracle import Oracle, Tally
from tests.bff.engine.equivalence.world import unwatched

pytestmark = pytest.mark.anyio

SEED = 20261124
FEW = 60
MANY = 750

each_graph = pytest.mark.parametrize("audience", GRAPHS)


async def compared(audience: Audience, count: int) -> Tally:
    """Compare so many operations with fragments and variables, and half as many that hypothesis-graphql generates."""
    tally = Tally()
    graph = GRAPHS[audience]._schema
    oracle = Oracle(schema=graph, plans=Plans(graph, unplanned=tally.unplanned), tally=tally)
    for number, document in enumerate(generated(audience, count // 2)):
        await oracle.compare(print_ast(document), {}, worlds(audience, number))
    for number in range(count):
        chance = Random(SEED + number)  # noqa: S311  cases are to be the same each time
        operation = Author(graph, chance, suggest).operation("query" if chance.random() < 0.85 else "mutation")
        await oracle.compare(operation.query, operation.variables, worlds(audience, number))
    return tally


def check(tally: Tally, count: int) -> None:
    """Fail where the cases were too easy."""
    sys.stdout.write(f"{tally}\n")
    assert not tally.reasons
    assert tally.cases > 0.9 * count * 6
    assert tally.deep > 0.5 * tally.cases
    assert tally.failed > 0.2 * tally.cases


@each_graph
async def test_whatever_is_asked(audience: Audience, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "bff.errors")
    with unwatched():
        check(await compared(audience, FEW), FEW)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@each_graph
async def test_four_thousand_cases(audience: Audience, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("CRITICAL", "bff.errors")
    with unwatched():
        check(await compared(audience, MANY), MANY)
