"""Every field by the way that a client takes to it: who is denied is denied where the decisions say, and not later."""

from collections.abc import Mapping
from typing import Final

import pytest
from graphql import GraphQLObjectType

from schema.__main__ import GRAPHS
from schema.common.permissions import ROLES
from schema.common.principals import Audience
from tests.matrix.decided import decided, verdict
from tests.matrix.rows import coordinates
from tests.matrix.ways import Way, ways
from tests.schema.asking import Answer, Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

WAYS: Final[Mapping[Audience, Mapping[str, Way]]] = {
    audience: ways(graph._schema) for audience, graph in GRAPHS.items()
}
FIELDS: Final = [(audience, field) for audience, found in WAYS.items() for field in found]


@pytest.fixture(scope="module")
def ask() -> Asking:
    """Return who asks of services that have everything: one for all, since each question has a context of its own."""
    return Asking(downstreams=Downstreams(size=1))


async def asked(ask: Asking, audience: Audience, way: Way, name: str) -> Answer:
    """Ask as somebody."""
    ask.as_nobody, ask.roles = name == "nobody", frozenset({name})
    ask.downstreams.calls.clear()
    return await {"patient": ask.patient, "doctor": ask.doctor, "erp": ask.erp}[audience](way.operation)


@pytest.mark.parametrize(("audience", "field"), FIELDS)
async def test_a_way_ends_where_its_first_closed_field_is(ask: Asking, audience: Audience, field: str) -> None:
    way = WAYS[audience][field]
    for name in ("nobody", *ROLES[audience], *(["no group"] if audience == "erp" else [])):
        data, errors = await asked(ask, audience, way, name)
        verdicts = [verdict(name, decided(audience)[each]) for each in way.coordinates]
        closed = next((place for place, each in enumerate(verdicts) if each != "OPEN"), None)
        if closed is None:
            assert errors == {}, (name, way.operation)
            assert data
            continue
        places = {".".join(part for part in path.split(".") if not part.isdigit()) for path in errors}
        assert places == {".".join(step for _, step in way.steps[: closed + 1])}, (name, way.operation)
        assert set(errors.values()) == {verdicts[closed]}, (name, way.operation)
        assert closed > 0 or not ask.downstreams.calls, name


@pytest.mark.parametrize("audience", GRAPHS)
def test_every_field_has_a_way_but_those_of_problems_and_of_what_is_watched(audience: Audience) -> None:
    missing = {field.partition(".")[0] for field in set(coordinates(GRAPHS[audience])) - WAYS[audience].keys()}
    graph = GRAPHS[audience]._schema
    types = [each for each in graph.type_map.values() if isinstance(each, GraphQLObjectType)]
    problems = {each.name for each in types if "Problem" in {face.name for face in each.interfaces}}
    watched = {"patient": {"Notification", "Subscription"}, "doctor": {"Subscription"}, "erp": set[str]()}
    assert missing <= problems | watched[audience] | {"ChallengeRequired"}
