"""Whatever bytes come, the answer is JSON with a code, and nothing of the bytes is in a log."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import pytest

from tests.bff.world import MAX_BODY_BYTES, URL, World, error_of

pytestmark = pytest.mark.anyio

CANARY = "123.456.789-09"
OK = {"query": "{ __typename }"}


def body(**members: object) -> bytes:
    return json.dumps({**OK, **members}).encode()


async def test_an_operation_runs(world: World) -> None:
    answer = await world.post(body(variables={}, operationName=None, extensions={"unknown": True}))
    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})


@pytest.mark.parametrize(
    "content_type",
    ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql"],
)
async def test_only_json_is_read(world: World, content_type: str) -> None:
    """A form's content types need no CORS preflight: taking them would let other sites' pages send operations."""
    answer = await world.post(body(), content_type)
    assert answer.status_code == 415
    assert error_of(answer)["code"] == "BAD_USER_INPUT"


@pytest.mark.parametrize("content_type", ["application/json; charset=utf-8", "Application/JSON", " application/json "])
async def test_json_may_come_with_parameters(world: World, content_type: str) -> None:
    assert (await world.post(body(), content_type)).status_code == 200


BATCH = [OK, OK]
WRONG: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": f"query {{ {CANARY} }}".encode(),
    "half an object": body()[:-2],
    "two objects": body() * 2,
    "a number": b"1",
    "null": b"null",
    "a string": json.dumps(CANARY).encode(),
    "a list": b"[1]",
    "a batch": json.dumps(BATCH).encode(),
    "a batch after blanks": b" \n\t" + json.dumps(BATCH).encode(),
    "an empty object": b"{}",
    "no query": json.dumps({"variables": {"cpf": CANARY}}).encode(),
    "a query that is null": body(query=None),
    "a query that is a list": body(query=[CANARY]),
    "variables that are a list": body(variables=[CANARY]),
    "variables that are text": body(variables=json.dumps({"cpf": CANARY})),
    "an operation's name that is a number": body(operationName=7),
    "not UTF-8": b'{"query": "{ __typename }", "variables": {"cpf": "\xff' + CANARY.encode() + b'"}}',
    "UTF-16": body().decode().encode("utf-16"),
    "a byte order mark": b"\xef\xbb\xbf" + body(),
    "half a surrogate pair": b'{"query": "{ __typename }", "variables": {"cpf": "\\ud800"}}',
    "half a surrogate pair in the query": b'{"query": "{ __typename } # \\ud800x"}',
    "lists nested deep": b"[" * 100_000,
    "objects nested deep": b'{"query":' * 10_000,
    "lists nested deep in variables": body(variables={}).replace(
        b"{}", b'{"cpf": ' + b"[" * 40_000 + b"]" * 40_000 + b"}"
    ),
    "a number of 5,000 digits": body(variables={}).replace(b"{}", b'{"cpf": ' + b"9" * 5000 + b"}"),
    "a number that is none": body(variables={"cpf": float("nan")}),
    "a number without end": body(variables={"cpf": float("inf")}),
    "a query that comes twice": b'{"query": "{ __typename }", "query": "{ me { id } }"}',
    "a query that comes twice, once escaped": b'{"query": "{ __typename }", "\\u0071uery": "{ __typename }"}',
    "a member that comes twice, deep in variables": body(variables={}).replace(
        b"{}", b'{"a": [{"cpf": "' + CANARY.encode() + b'", "cpf": 1}]}'
    ),
    "an unknown member that comes twice": body(a=1).replace(b'"a": 1', b'"a": 1, "a": 1'),
    "extensions that are a list": body(extensions=[CANARY]),
    "extensions that are text": body(extensions=CANARY),
    "a document's id that is a number": body(documentId=7),
    "a number beyond floats": body(variables={}).replace(b"{}", b'{"cpf": 1e999}'),
}


@pytest.mark.parametrize("content", WRONG.values(), ids=WRONG.keys())
async def test_what_is_no_request_is_refused(world: World, caplog: pytest.LogCaptureFixture, content: bytes) -> None:
    caplog.set_level(logging.DEBUG)
    answer = await world.post(content)
    assert answer.status_code == 400
    assert error_of(answer)["code"] == "BAD_USER_INPUT"
    assert CANARY not in answer.text
    assert CANARY not in caplog.text
    assert not world.services.calls


async def test_a_batch_is_told_what_it_is(world: World) -> None:
    answer = await world.post(json.dumps(BATCH).encode())
    assert "one operation a request" in error_of(answer)["message"]
    assert answer.json()["errors"][0]["extensions"]["reason"] == "BATCHING_NOT_SUPPORTED"


async def test_a_body_of_the_greatest_size_is_read(world: World) -> None:
    assert (await world.post(body().ljust(MAX_BODY_BYTES))).status_code == 200


async def test_a_larger_body_is_refused(world: World) -> None:
    answer = await world.post(body().ljust(MAX_BODY_BYTES + 1))
    assert answer.status_code == 413
    assert error_of(answer) == {"message": f"The body is larger than {MAX_BODY_BYTES} bytes.", "code": "LIMIT_EXCEEDED"}


async def test_a_body_without_a_length_is_read_no_further_than_the_limit(world: World) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 10_000
            yield b" " * 10_000

    # httpx's ASGI transport gives a generator's chunks one by one, chunked and without a length.
    answer = await world.http.post(URL, content=endless(), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413
    assert error_of(answer)["code"] == "LIMIT_EXCEEDED"
    assert sent <= MAX_BODY_BYTES + 2 * 10_000


async def test_a_body_that_stops_is_waited_for_no_longer_than_its_time(world: World) -> None:
    async def halting() -> AsyncIterator[bytes]:
        yield b'{"query": '
        await asyncio.Event().wait()

    answer = await world.http.post(URL, content=halting(), headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.headers["connection"]) == (408, "close")
    assert error_of(answer)["code"] == "LIMIT_EXCEEDED"


async def test_a_client_that_goes_away_while_it_sends_is_no_fault(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    sent: list[object] = []

    async def receive() -> dict[str, object]:
        return {"type": "http.disconnect"}

    async def send(message: object) -> None:
        sent.append(message)

    scope = {"type": "http", "method": "POST", "path": "/", "headers": [(b"content-type", b"application/json")]}
    await world.app(scope, receive, send)
    assert not caplog.records
