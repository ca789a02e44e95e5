"""Whatever bytes come, the answer is JSON with a code, and nothing of the bytes is in a log."""

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
    answer = await world.post(body(variables={}, operationName=None, extensions={"ignored": True}))
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
    assert "one operation a request" in error_of(await world.post(json.dumps(BATCH).encode()))["message"]


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


async def test_of_two_queries_the_one_that_runs_was_admitted(world: World) -> None:
    """JSON lets a key come twice: whichever is taken, it is taken for good."""
    private, public = b'"query": "{ me { id } }"', b'"query": "{ __typename }"'
    first = await world.post(b"{" + private + b", " + public + b"}")
    assert (first.status_code, first.json()) == (200, {"data": {"__typename": "Query"}})
    second = await world.post(b"{" + public + b", " + private + b"}")
    assert second.status_code == 401


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
