"""A query may come in the URL; what is no request there is refused as in a body."""

import json
import logging
from collections.abc import MutableMapping
from typing import Any
from urllib.parse import quote, urlencode

import httpx
import pytest

from tests.bff.world import URL, World, error_of

pytestmark = pytest.mark.anyio

CANARY = "123.456.789-09"
HEADERS = {"GraphQL-Require-Preflight": "1", "Accept": "application/graphql-response+json"}
TYPENAME = {"data": {"__typename": "Query"}}
QUERY = f"query={quote('{ __typename }')}"


async def get(world: World, query_string: str) -> httpx.Response:
    return await world.http.get(f"{URL}?{query_string}", headers=HEADERS)


async def test_a_query_runs(world: World) -> None:
    world.services.answers["/specialties"] = [{"code": "CARDIOLOGY", "name": "Cardiologia"}]
    query = "query A($yes: Boolean!) { specialties @include(if: $yes) { code } } query B { __typename }"
    asked = {"query": query, "operationName": "A", "variables": json.dumps({"yes": True}), "extensions": "{}"}
    answer = await get(world, urlencode(asked))
    assert (answer.status_code, answer.json()) == (200, {"data": {"specialties": [{"code": "CARDIOLOGY"}]}})


@pytest.mark.parametrize(
    "also", ["", "operationName=", "variables=", "variables=null", "variables={}", "extensions=null", "x&x=1&x=2"]
)
async def test_what_is_empty_or_unknown_does_not_matter(world: World, also: str) -> None:
    answer = await get(world, f"{QUERY}&{also}")
    assert (answer.status_code, answer.json()) == (200, TYPENAME)


TWICE = '{"a": 1, "a": 2}'
LARGE = '{"a": ' + "9" * 5000 + "}"
WRONG = {
    "nothing": "",
    "no query": f"variables={quote(json.dumps({'cpf': CANARY}))}",
    "an empty query": "query=",
    "two queries": f"{QUERY}&{QUERY}",
    "variables that are no JSON": f"{QUERY}&variables={CANARY}",
    "variables that are a list": f"{QUERY}&variables=[1]",
    "variables that are a number": f"{QUERY}&variables=1",
    "variables that name a member twice": f"{QUERY}&variables={quote(TWICE)}",
    "variables twice": f"{QUERY}&variables=null&variables=null",
    "lists nested deep": f"{QUERY}&variables={'[' * 30_000}",
    "a number of 5,000 digits": f"{QUERY}&variables={quote(LARGE)}",
    "extensions that are text": f"{QUERY}&extensions={quote(json.dumps(CANARY))}",
    "not UTF-8": f"{QUERY}&operationName=%FF{CANARY}",
    "another parameter that is not UTF-8": f"{QUERY}&x=%FF",
    "half a surrogate pair": f"{QUERY}&operationName=%ED%A0%80",
}


@pytest.mark.parametrize("query_string", WRONG.values(), ids=WRONG.keys())
async def test_what_is_no_request_is_refused(world: World, caplog: pytest.LogCaptureFixture, query_string: str) -> None:
    # The test's own client logs what it asks for.
    caplog.set_level(logging.DEBUG, "bff")
    answer = await get(world, query_string)
    assert (answer.status_code, error_of(answer)["code"]) == (400, "BAD_USER_INPUT")
    assert CANARY not in answer.text
    assert not [record for record in caplog.records if record.name != "httpx"]
    assert not world.services.calls


async def test_a_query_string_of_other_bytes_is_refused(world: World) -> None:
    """Clients escape them, and a server passes on what it gets."""
    sent: list[MutableMapping[str, Any]] = []

    async def receive() -> MutableMapping[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message)

    headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": b"query=\xff", "headers": headers}
    await world.app(scope, receive, send)
    assert sent[0]["status"] == 400


async def test_a_mutation_does_not_come_by_get(world: World) -> None:
    mutation = 'mutation { signIn(input: {login: "a", password: "b"}) { __typename } }'
    answer = await get(world, urlencode({"query": mutation}))
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert error_of(answer)["code"] == "BAD_USER_INPUT"
    assert not world.services.calls


async def test_a_query_by_get_is_admitted_like_any_other(world: World) -> None:
    answer = await get(world, urlencode({"query": "{ me { id } }"}))
    assert (answer.status_code, error_of(answer)["code"]) == (401, "UNAUTHENTICATED")
