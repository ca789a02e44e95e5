"""The engine and graphql-core say the same of each operation that somebody has written: examples and journeys."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from random import Random
from typing import Any, Final

import pytest
from graphql import OperationDefinitionNode, OperationType, parse, validate

from bff.engine.plans import Plans
from bff.graphiql.examples import examples_of
from schema.common.principals import Audience
from tests.bff.engine.equivalence.graphs import GRAPHS, worlds
from tests.bff.engine.equivalence.journeys import operations, operations_in
from tests.bff.engine.equivalence.oracle import Oracle, Tally
from tests.bff.engine.equivalence.variables import variables
from tests.bff.engine.equivalence.world import unwatched
from tests.schema.asking import NOW, Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

each_graph = pytest.mark.parametrize("audience", GRAPHS)
TIMES: Final = 5
SUBSCRIPTIONS: Final = {"patient": 2, "doctor": 1, "erp": 0}
_PLACEHOLDER: Final = re.compile(r'"\{([^{}"]+)\}"')
_MOMENT: Final = re.compile(r"(today|now)([+-]\d+)?")


@cache
def sent() -> Mapping[str, str]:
    """Return what journeys send, read once."""
    return operations()


def known_to(query: str) -> list[Audience]:
    """Return whose graphs an operation is valid in."""
    return [audience for audience, graph in GRAPHS.items() if not validate(graph._schema, parse(query))]


def is_watched(query: str) -> bool:
    """Say whether an operation is a subscription, which the engine leaves alone."""
    (operation,) = (each for each in parse(query).definitions if isinstance(each, OperationDefinitionNode))
    return operation.operation is OperationType.SUBSCRIPTION


def oracle(audience: Audience) -> Oracle:
    """Return who compares."""
    graph, tally = GRAPHS[audience]._schema, Tally()
    return Oracle(schema=graph, plans=Plans(graph, unplanned=tally.unplanned), tally=tally)


def fill(template: str, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in an example's variables as the page does; what nothing is known of stays as it is."""

    def value(placeholder: re.Match[str]) -> str:
        name = placeholder[1]
        moment = _MOMENT.fullmatch(name)
        found: Any = answers
        if name == "key":
            found = "key-0001"
        elif moment:
            instant = (NOW + timedelta(days=int(moment[2] or 0))).isoformat()
            found = instant if moment[1] == "now" else instant[:10]
        else:
            for step in name.split("."):
                found = found[int(step)] if isinstance(found, list) else (found or {}).get(step)
        return placeholder[0] if found is None else json.dumps(found)

    filled: dict[str, Any] = json.loads(_PLACEHOLDER.sub(value, template or "{}"))
    return filled


@each_graph
async def test_examples(audience: Audience, caplog: pytest.LogCaptureFixture) -> None:
    """Each with the variables that the page fills in, from what the examples before it answered."""
    caplog.set_level("CRITICAL", "bff.errors")
    judge, answers, skipped = oracle(audience), dict[str, Any](), 0
    asking = Asking(downstreams=Downstreams())
    ask = {"patient": asking.patient, "doctor": asking.doctor, "erp": asking.erp}[audience]
    examples = [each for each in examples_of(audience) if not is_watched(each.query)]
    skipped = len(examples_of(audience)) - len(examples)
    with unwatched():
        for number, example in enumerate(examples):
            given = fill(example.variables, answers)
            data, _ = await ask(example.query, **given)
            answers |= data or {}
            await judge.compare(example.query, given, worlds(audience, number))
    assert (judge.tally.cases, judge.tally.refused) == (4 * len(examples), 0)
    assert not judge.tally.reasons
    assert skipped == SUBSCRIPTIONS[audience]


@each_graph
async def test_journeys(audience: Audience, caplog: pytest.LogCaptureFixture) -> None:
    """Each with variables of several kinds."""
    caplog.set_level("CRITICAL", "bff.errors")
    judge = oracle(audience)
    queries = [each for each in sent().values() if audience in known_to(each) and not is_watched(each)]
    with unwatched():
        for number, query in enumerate(queries * TIMES):
            chance = Random(number)  # noqa: S311  cases are to be the same each time
            given = variables(judge.schema, parse(query), chance)
            await judge.compare(query, given, worlds(audience, number))
    assert (judge.tally.cases, judge.tally.refused) == (4 * TIMES * len(queries), 0)
    assert not judge.tally.reasons
    assert judge.tally.deep > 0


def test_every_journeys_operation_is_one_of_some_graphs() -> None:
    assert len(sent()) > 30
    assert {place: query for place, query in sent().items() if not known_to(query)} == {}


def test_operations_are_found_wherever_they_are_written() -> None:
    source = """
PART = "... on Problem { code }"
NAMED = "mutation Named { a { b } }"
BUILT = f"query Built {{ a {{ {PART} }} }}"
def test(): send("{ me { id } }", {"not": "query of ours"})
"""
    built = "query Built { a { ... on Problem { code } } }"
    found = [text for _, text in operations_in(source, {"BUILT": built})]
    assert sorted(found) == ["mutation Named { a { b } }", built, "{ me { id } }"]
    with pytest.raises(AssertionError, match="line 1 has no name"):
        list(operations_in('send(f"query {{ {field} {{ id }} }}")', {}))
