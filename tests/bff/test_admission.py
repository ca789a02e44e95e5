"""What the endpoint refuses before it validates, and the documents that it knows beforehand."""

import pytest

from bff.admission.trusted import document_id
from tests.bff.world import World

pytestmark = pytest.mark.anyio

BOMB = "{ ...F0 } " + " ".join(f"fragment F{n} on Query {{ ...F{n + 1} ...F{n + 1} }}" for n in range(22))
HOSTILE = {
    "depth": "{ me " + "{ me " * 20 + "{ id }" + " }" * 21,
    "aliases": "{" + " ".join(f"a{n}: __typename" for n in range(200)) + "}",
    "directives": "{ __typename" + " @skip(if: false)" * 60 + "}",
    "tokens": "{" + " id" * 3000 + "}",
    "height": BOMB + " fragment F22 on Query { __typename }",
}


@pytest.mark.parametrize(("limit", "query"), HOSTILE.items(), ids=HOSTILE.keys())
async def test_a_hostile_document_is_told_which_limit_it_exceeds(world: World, limit: str, query: str) -> None:
    """The answer names the limit, the value and the maximum, and no service is asked."""
    answer = await world.http.post("http://bff.test/patient/graphql", json={"query": query})
    (error,) = answer.json()["errors"]
    assert (answer.status_code, error["extensions"]["code"]) == (400, "LIMIT_EXCEEDED")
    assert error["extensions"]["limit"] == limit
    assert error["extensions"]["value"] > error["extensions"]["maximum"]
    assert not world.services.calls


async def test_an_operation_is_told_its_cost_on_request(world: World) -> None:
    """The estimate is made before, the actual cost counts what came."""
    sent = {"query": "{ __typename doctors(first: 50) { nodes { id } } }", "extensions": {"cost": True}}
    cost = (await world.http.post("http://bff.test/patient/graphql", json=sent)).json()["extensions"]["cost"]
    assert 0 <= cost["actual"] <= cost["estimated"] <= cost["maximum"]
    assert cost["estimated"] >= 50


async def test_a_document_is_known_by_its_id_only_where_a_manifest_says_so(world: World) -> None:
    """Without one, an id is not supported, and the clients of persisted queries understand the reason."""
    sent = {"documentId": document_id("{ __typename }")}
    answer = await world.http.post("http://bff.test/patient/graphql", json=sent)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["extensions"]["reason"] == "PERSISTED_QUERY_NOT_SUPPORTED"
