"""One way to call, one way to fail: whatever a downstream does has its place in the tree of errors."""

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime
from enum import Enum

import httpx
import pytest
import respx

from clients.errors import (
    UpstreamConflict,
    UpstreamContract,
    UpstreamForbidden,
    UpstreamInvalid,
    UpstreamNotFound,
    UpstreamRefusal,
    UpstreamUnavailable,
)
from clients.http import MAX_BODY_BYTES, Downstream, http_client
from clients.transports.over_httpx import OverHttpx
from clients.wire import Wire

pytestmark = pytest.mark.anyio

URL = "http://records.test"
CANARY = "Ana Souza 123.456.789-09"


class Person(Wire, frozen=True):
    """A model, of a text and a number."""

    full_name: str
    age: int


class Colour(Enum):
    RED = "RED"


@pytest.fixture(scope="module")
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as http:
        yield http


@pytest.fixture
def records(http: httpx.AsyncClient) -> Downstream:
    return downstream(http, URL)


def downstream(http: httpx.AsyncClient, url: str) -> Downstream:
    return Downstream(name="records", base_url=url, http=OverHttpx(http), headers={"Authorization": "Bearer t"})


async def test_get(records: Downstream, respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(f"{URL}/people").respond(json=[{"fullName": "Ana", "age": 36, "new": "ignored"}])
    assert await records.get("/people", tuple[Person, ...]) == (Person(full_name="Ana", age=36),)
    request = route.calls.last.request
    assert request.headers["authorization"] == "Bearer t"
    assert "content-type" not in request.headers


async def test_query_values(records: Downstream, respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(f"{URL}/people").respond(json=[])
    await records.get(
        "/people",
        tuple[Person, ...],
        ids=["pat_1", "pat_2"],
        one=("x",),
        none=None,
        number=7,
        degrees=-23.55,
        day=date(2026, 11, 24),
        instant=datetime(2026, 11, 24, 13, tzinfo=UTC),
        colour=Colour.RED,
        text="a b&c=d/é,+%",
        **{"from": "x"},
    )
    assert dict(route.calls.last.request.url.params) == {
        "ids": "pat_1,pat_2",
        "one": "x",
        "number": "7",
        "degrees": "-23.55",
        "day": "2026-11-24",
        "instant": "2026-11-24T13:00:00Z",
        "colour": "RED",
        "text": "a b&c=d/é,+%",
        "from": "x",
    }


async def test_bodies(records: Downstream, respx_mock: respx.MockRouter) -> None:
    ana = {"fullName": "Ana", "age": 36}
    posted = respx_mock.post(f"{URL}/people").respond(201, json=ana)
    put = respx_mock.put(f"{URL}/people/1").respond(204)
    deleted = respx_mock.delete(f"{URL}/people/1").respond(204)
    assert await records.post("/people", Person, Person(full_name="Ana", age=36)) == Person(full_name="Ana", age=36)
    await records.put("/people/1", type(None), Person(full_name="Ana", age=36))
    await records.delete("/people/1")
    for route in (posted, put):
        assert route.calls.last.request.content == b'{"fullName":"Ana","age":36}'
        assert route.calls.last.request.headers["content-type"] == "application/json"
    assert deleted.call_count == 1


REFUSALS: dict[int, type[UpstreamRefusal]] = {
    400: UpstreamInvalid,
    401: UpstreamForbidden,
    403: UpstreamForbidden,
    404: UpstreamNotFound,
    405: UpstreamInvalid,
    409: UpstreamConflict,
    410: UpstreamNotFound,
    412: UpstreamConflict,
    418: UpstreamInvalid,
    422: UpstreamInvalid,
    429: UpstreamInvalid,
    431: UpstreamInvalid,
}


@pytest.mark.parametrize(("status", "error"), REFUSALS.items())
async def test_a_refusal_has_the_downstreams_code(
    records: Downstream, respx_mock: respx.MockRouter, status: int, error: type[UpstreamRefusal]
) -> None:
    respx_mock.post(f"{URL}/people").respond(status, json={"code": "SLOT_TAKEN", "detail": CANARY})
    with pytest.raises(UpstreamRefusal) as refused:
        await records.post("/people", Person)
    assert type(refused.value) is error
    assert (refused.value.code, str(refused.value)) == ("SLOT_TAKEN", "records: SLOT_TAKEN")


NO_CODES: dict[str, bytes] = {
    "nothing": b"",
    "a page": f"<p>{CANARY}</p>".encode(),
    "no code": b"{}",
    "a number": b'{"code": 7}',
    "null": b'{"code": null}',
    "a list": b"[]",
    "text": f'{{"code": "{CANARY}"}}'.encode(),
    "lines": b'{"code": "A\\r\\nERROR forged"}',
    "a long one": b'{"code": "' + b"A" * 65 + b'"}',
    "bad UTF-8": b'{"code": "\xff"}',
    "endless nesting": b'{"code":' * 10_000,
}


@pytest.mark.parametrize("content", NO_CODES.values(), ids=NO_CODES.keys())
async def test_what_is_no_code_is_unknown(records: Downstream, respx_mock: respx.MockRouter, content: bytes) -> None:
    respx_mock.post(f"{URL}/people").respond(409, content=content)
    with pytest.raises(UpstreamConflict) as refused:
        await records.post("/people", Person)
    assert refused.value.code == "UNKNOWN"


@pytest.mark.parametrize("status", [500, 502, 503, 504, 599])
async def test_a_failure_is_worth_another_try(records: Downstream, respx_mock: respx.MockRouter, status: int) -> None:
    respx_mock.get(f"{URL}/people").respond(status, json={"code": "X", "detail": CANARY})
    with pytest.raises(UpstreamUnavailable, match=f"^records: status {status}$"):
        await records.get("/people", Person)


@pytest.mark.parametrize("status", [301, 302, 303, 304, 307, 308])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_a_redirect_is_neither_followed_nor_taken_for_done(
    records: Downstream, respx_mock: respx.MockRouter, status: int, method: str
) -> None:
    """Its empty body would decode as the answer of a write that answers nothing."""
    route = respx_mock.route(method=method, path="/people").respond(status, headers={"Location": f"{URL}/elsewhere"})
    calls: dict[str, Callable[[], Awaitable[None]]] = {
        "GET": lambda: records.get("/people", type(None)),
        "POST": lambda: records.post("/people", type(None)),
        "PUT": lambda: records.put("/people", type(None), Person(full_name="Ana", age=36)),
        "DELETE": lambda: records.delete("/people"),
    }
    with pytest.raises(UpstreamContract):
        await calls[method]()
    assert respx_mock.calls.call_count == route.call_count == 1


BROKEN: dict[str, httpx.Response] = {
    "nothing": httpx.Response(200),
    "null": httpx.Response(200, json=None),
    "a page": httpx.Response(200, html=CANARY),
    "half": httpx.Response(200, content=b'{"fullName": "' + CANARY.encode()),
    "a list": httpx.Response(200, json=[CANARY]),
    "an error inside": httpx.Response(200, json={"error": CANARY}),
    "a missing field": httpx.Response(200, json={"fullName": CANARY}),
    "a wrong type": httpx.Response(200, json={"fullName": CANARY, "age": "36"}),
    "a float for an integer": httpx.Response(200, json={"fullName": CANARY, "age": 36.5}),
    "null for a text": httpx.Response(200, json={"fullName": None, "age": 36}),
    "bad UTF-8": httpx.Response(200, content=b'{"fullName": "\xff", "age": 36}'),
    "endless nesting": httpx.Response(200, content=b'{"x":' * 10_000),
    "nesting in what is ignored": httpx.Response(200, content=b'{"x":' + b"[" * 9_000 + b"]" * 9_000 + b"}"),
    "a huge number": httpx.Response(200, content=b'{"fullName": "x", "age": ' + b"9" * 5_000 + b"}"),
    "no text at all": httpx.Response(200, content=b"\x1f\x8b\x00"),
}


@pytest.mark.parametrize("answer", BROKEN.values(), ids=BROKEN.keys())
async def test_an_answer_that_is_not_as_promised_is_told_without_its_words(
    records: Downstream, respx_mock: respx.MockRouter, caplog: pytest.LogCaptureFixture, answer: httpx.Response
) -> None:
    caplog.set_level(logging.DEBUG)
    respx_mock.get(f"{URL}/people").mock(return_value=answer)
    with pytest.raises(UpstreamContract, match=r"^records: ") as broken:
        await records.get("/people", Person)
    told = f"{broken.value}{broken.value.__cause__}{caplog.text}"
    assert "Ana" not in told
    assert broken.value.__suppress_context__


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError(CANARY),
        httpx.ConnectTimeout(CANARY),
        httpx.ReadTimeout(CANARY),
        httpx.PoolTimeout(CANARY),
        httpx.RemoteProtocolError(CANARY),
        httpx.DecodingError(CANARY),
    ],
    ids=lambda failure: type(failure).__name__,
)
async def test_no_answer_is_told_by_its_kind(
    records: Downstream, respx_mock: respx.MockRouter, failure: httpx.HTTPError
) -> None:
    respx_mock.get(f"{URL}/people").mock(side_effect=failure)
    with pytest.raises(UpstreamUnavailable, match=f"^records: {type(failure).__name__}$"):
        await records.get("/people", Person)


async def test_an_address_longer_than_any_is_the_callers_mistake(records: Downstream) -> None:
    with pytest.raises(UpstreamInvalid, match="URL_TOO_LONG") as refused:
        await records.get("/people", Person, search=CANARY * 10_000)
    assert "Ana" not in str(refused.value)


@pytest.mark.parametrize("value", ["t\r\nX-Actor: doc_1", "t\nx", "t\x00", "é"])
async def test_a_header_that_is_no_line_is_not_sent(http: httpx.AsyncClient, value: str) -> None:
    records = Downstream(name="records", base_url=URL, http=OverHttpx(http), headers={"Authorization": value})
    with pytest.raises(UpstreamInvalid, match="UNSENDABLE"):
        await records.get("/people", Person)


async def test_a_body_of_the_greatest_size_is_read(records: Downstream, respx_mock: respx.MockRouter) -> None:
    respx_mock.get(f"{URL}/people").respond(content=b'"'.ljust(MAX_BODY_BYTES - 1, b"x") + b'"')
    assert len(await records.get("/people", str)) == MAX_BODY_BYTES - 2


def test_the_pool_takes_nothing_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.test:3128")
    client = http_client()
    assert not client.trust_env
    assert not client.follow_redirects
    assert not client._mounts
