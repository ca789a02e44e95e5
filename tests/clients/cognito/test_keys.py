"""A pool's key set: what is asked, what is read in the answer, and what else may come back."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from clients.cognito import keys as cognito_keys
from clients.cognito.keys import MAX_BODY_BYTES, TIMEOUT_SECONDS, key_set
from clients.errors import UpstreamContract, UpstreamError, UpstreamUnavailable
from tests.clients.servers import serving, trickle

pytestmark = pytest.mark.anyio

URL = "http://cognito.test/pool/.well-known/jwks.json"
KEY: dict[str, object] = {"kid": "1", "kty": "RSA", "n": "AQAB", "e": "AQAB", "alg": "RS256", "use": "sig"}
SECRET = "senha-123.456.789-09"


class Cognito:
    """Answers as it is told, and notes what it was asked."""

    def __init__(self) -> None:
        self.calls: list[httpx.Request] = []
        self.answer: httpx.Response | Exception = httpx.Response(200, json={})

    async def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a call."""
        self.calls.append(request)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def cognito() -> Cognito:
    return Cognito()


@pytest.fixture
async def http(cognito: Cognito) -> AsyncIterator[httpx.AsyncClient]:
    """Make a client that would follow redirects, were it left to it."""
    async with httpx.AsyncClient(transport=httpx.MockTransport(cognito), follow_redirects=True) as http:
        yield http


async def test_a_key_set(http: httpx.AsyncClient, cognito: Cognito) -> None:
    """A key that does not decode, whatever the reason, is left out; the others stay."""
    broken: list[object] = [{**KEY, "kid": 7}, {"kty": "RSA"}, "text", None, []]
    cognito.answer = httpx.Response(200, json={"keys": [*broken, KEY, {**KEY, "kid": "2", "x5c": ["more"]}]})
    assert [key.kid for key in (await key_set(http, URL)).usable()] == ["1", "2"]
    assert [(call.method, str(call.url)) for call in cognito.calls] == [("GET", URL)]


async def test_a_key_that_is_not_utf_8_is_left_out(http: httpx.AsyncClient, cognito: Cognito) -> None:
    broken = b'{"kid": "\xff", "kty": "RSA"}'
    cognito.answer = httpx.Response(200, content=b'{"keys": [' + broken + b", " + json.dumps(KEY).encode() + b"]}")
    assert [key.kid for key in (await key_set(http, URL)).usable()] == ["1"]


TROUBLES: dict[str, tuple[httpx.Response | Exception, type[UpstreamError]]] = {
    "not found": (httpx.Response(404), UpstreamUnavailable),
    "a redirect": (httpx.Response(302, headers={"Location": "http://elsewhere.test"}), UpstreamUnavailable),
    "a refused connection": (httpx.ConnectError(SECRET), UpstreamUnavailable),
    "silence": (httpx.ReadTimeout(SECRET), UpstreamUnavailable),
    "a page": (httpx.Response(200, html=SECRET), UpstreamContract),
    "no keys": (httpx.Response(200, json={}), UpstreamContract),
    "bad UTF-8": (httpx.Response(200, content=b'{"k\xff": 1}'), UpstreamContract),
    "endless nesting": (httpx.Response(200, content=b'{"keys":' + b"[" * 50_000), UpstreamContract),
    "a huge body": (httpx.Response(200, content=b" " * (MAX_BODY_BYTES + 1)), UpstreamContract),
    "a compressed set": (
        httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=gzip.compress(b'{"keys": []}')),
        UpstreamContract,
    ),
    "a huge body in little": (
        httpx.Response(200, headers={"Content-Encoding": "gzip"}, content=gzip.compress(b" " * 10_000_000)),
        UpstreamContract,
    ),
}


@pytest.mark.parametrize(("answer", "error"), TROUBLES.values(), ids=TROUBLES.keys())
async def test_what_is_no_key_set_is_told(
    http: httpx.AsyncClient, cognito: Cognito, answer: httpx.Response | Exception, error: type[UpstreamError]
) -> None:
    """The message names the address, and quotes nothing."""
    cognito.answer = answer
    with pytest.raises(error) as raised:
        await key_set(http, URL)
    assert type(raised.value) is error
    assert URL in str(raised.value)
    assert SECRET not in str(raised.value)
    assert len(cognito.calls) == 1


async def test_a_set_of_the_largest_size_is_read(http: httpx.AsyncClient, cognito: Cognito) -> None:
    content = json.dumps({"keys": [KEY]}).encode()
    cognito.answer = httpx.Response(200, content=content.ljust(MAX_BODY_BYTES))
    assert len((await key_set(http, URL)).usable()) == 1


async def test_an_answer_that_trickles_in_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    assert 2 <= TIMEOUT_SECONDS <= 3
    monkeypatch.setattr(cognito_keys, "TIMEOUT_SECONDS", 0.1)
    async with serving(trickle) as server, httpx.AsyncClient() as http, asyncio.timeout(5):
        with pytest.raises(UpstreamUnavailable):
            await key_set(http, server.url)
