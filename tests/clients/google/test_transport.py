"""A token that Google no longer accepts is fetched anew, once."""

from datetime import UTC, datetime

import httpx
import pytest
import respx

from clients.errors import UpstreamForbidden
from clients.google.credentials import GoogleCredentials, ServiceAccount
from clients.google.resources import EventResource
from clients.google.transport import GoogleTransport, Read
from sandbox.google.batch import ANSWER_TYPE, joined
from sandbox.google.calls import Answer

pytestmark = pytest.mark.anyio

TOKEN_URL = "https://oauth2.googleapis.com/token"
API = "https://www.googleapis.com"
ANA = "ana@clinic.example"
STALE = {"error": {"errors": [{"domain": "global", "reason": "authError"}], "code": 401}}
EVENT = {"id": "e1000", "status": "confirmed"}


@pytest.fixture
def tokens(respx_mock: respx.MockRouter) -> respx.Route:
    answers = (httpx.Response(200, json={"access_token": f"token{n}", "expires_in": 3599}) for n in range(9))
    return respx_mock.post(TOKEN_URL).mock(side_effect=answers)


@pytest.fixture
def transport(http: httpx.AsyncClient, account: ServiceAccount) -> GoogleTransport:
    credentials = GoogleCredentials(http, TOKEN_URL, account, lambda: datetime(2026, 11, 24, tzinfo=UTC))
    return GoogleTransport(http, API, credentials)


def fresh_only(request: httpx.Request) -> httpx.Response:
    if request.headers["Authorization"] == "Bearer token0":
        return httpx.Response(401, json=STALE)
    return httpx.Response(200, json=EVENT)


async def test_a_stale_token_is_renewed(
    transport: GoogleTransport, tokens: respx.Route, respx_mock: respx.MockRouter
) -> None:
    respx_mock.get(f"{API}/event").mock(side_effect=fresh_only)
    for _ in range(2):
        assert (await transport.get(ANA, "/event", EventResource)).id == "e1000"
    assert tokens.call_count == 2


async def test_a_fresh_token_that_is_refused_too_is_final(
    transport: GoogleTransport, tokens: respx.Route, respx_mock: respx.MockRouter
) -> None:
    refusing = respx_mock.get(f"{API}/event").mock(return_value=httpx.Response(401, json=STALE))
    with pytest.raises(UpstreamForbidden):
        await transport.get(ANA, "/event", EventResource)
    assert (tokens.call_count, refusing.call_count) == (2, 2)


async def test_a_batch_renews_the_stale_subject_alone(
    transport: GoogleTransport, tokens: respx.Route, respx_mock: respx.MockRouter
) -> None:
    """Three reads of two doctors: the second batch carries one new token."""
    stale = [("<0>", Answer(401, STALE)), ("<1>", Answer(401, STALE)), ("<2>", Answer(200, EVENT))]
    good = [(f"<{n}>", Answer(200, EVENT)) for n in range(3)]
    headers = {"Content-Type": ANSWER_TYPE}
    answers = [httpx.Response(200, headers=headers, content=joined(each)) for each in (stale, good)]
    route = respx_mock.post(f"{API}/batch").mock(side_effect=answers)
    found = await transport.batch("/batch", [Read(ANA, "/a"), Read(ANA, "/b"), Read("rui@clinic.example", "/c")])
    assert [answer.status for answer in found] == [200, 200, 200]
    assert (tokens.call_count, route.call_count) == (3, 2)
    assert route.calls[1].request.content.count(b"Bearer token2") == 2
