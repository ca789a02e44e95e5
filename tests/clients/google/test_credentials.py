import asyncio
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
import respx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from clients.errors import UpstreamContract, UpstreamError, UpstreamForbidden, UpstreamUnavailable
from clients.google.credentials import GoogleCredentials, ServiceAccount

pytestmark = pytest.mark.anyio

TOKEN_URL = "https://oauth2.googleapis.com/token"
ANA = "ana@clinic.example"


class Clock:
    """A clock that stands until a test moves it."""

    now = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def credentials(http: httpx.AsyncClient, account: ServiceAccount, clock: Clock) -> GoogleCredentials:
    return GoogleCredentials(http, TOKEN_URL, account, lambda: clock.now)


def granted(n: int) -> httpx.Response:
    return httpx.Response(200, json={"access_token": f"token {n}", "expires_in": 3599, "token_type": "Bearer"})


async def test_the_grant_names_the_doctor(
    credentials: GoogleCredentials, account: ServiceAccount, clock: Clock, respx_mock: respx.MockRouter
) -> None:
    route = respx_mock.post(TOKEN_URL).mock(return_value=granted(1))
    assert await credentials.token(ANA) == "token 1"
    form = httpx.QueryParams(route.calls.last.request.content.decode())
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    public = load_pem_private_key(account.private_key.encode(), None).public_key()
    pem = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    claims = jwt.decode(
        form["assertion"], pem, ["RS256"], {"verify_exp": False, "verify_iat": False}, audience=TOKEN_URL
    )
    assert (claims["iss"], claims["sub"], claims["iat"]) == (account.client_email, ANA, int(clock.now.timestamp()))
    assert claims["exp"] - claims["iat"] <= 3600


async def test_a_token_is_kept_until_shortly_before_it_expires(
    credentials: GoogleCredentials, clock: Clock, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(TOKEN_URL).mock(side_effect=[granted(1), granted(2), granted(3)])
    assert await credentials.token(ANA) == "token 1"
    clock.now += timedelta(minutes=57)
    assert await credentials.token(ANA) == "token 1"
    assert await credentials.token("rui@clinic.example") == "token 2"
    clock.now += timedelta(minutes=1)
    assert await credentials.token(ANA) == "token 3"


async def test_simultaneous_callers_share_one_fetch(
    credentials: GoogleCredentials, respx_mock: respx.MockRouter
) -> None:
    """And one who goes away does not take it from the others."""
    route = respx_mock.post(TOKEN_URL).mock(side_effect=lambda _: granted(1))
    callers = [asyncio.create_task(credentials.token(ANA)) for _ in range(50)]
    await asyncio.sleep(0)
    callers[0].cancel()
    assert set(await asyncio.gather(*callers[1:])) == {"token 1"}
    assert route.call_count == 1


async def test_only_the_refused_token_is_forgotten(
    credentials: GoogleCredentials, respx_mock: respx.MockRouter
) -> None:
    respx_mock.post(TOKEN_URL).mock(side_effect=[granted(1), granted(2)])
    old = await credentials.token(ANA)
    credentials.forget(ANA, old)
    assert await credentials.token(ANA) == "token 2"
    credentials.forget(ANA, old)
    assert await credentials.token(ANA) == "token 2"


@pytest.mark.parametrize(
    ("answer", "error", "told"),
    [
        (httpx.Response(400, json={"error": "invalid_grant"}), UpstreamForbidden, "google: invalid_grant"),
        (httpx.Response(503), UpstreamUnavailable, "google: token endpoint: status 503"),
        (httpx.ReadTimeout("slow"), UpstreamUnavailable, "google: ReadTimeout"),
        (httpx.Response(200, text="<html>"), UpstreamContract, "google: not a Token"),
    ],
)
async def test_a_failed_grant_is_told_to_all_and_not_kept(
    credentials: GoogleCredentials,
    respx_mock: respx.MockRouter,
    answer: httpx.Response | Exception,
    error: type[UpstreamError],
    told: str,
) -> None:
    respx_mock.post(TOKEN_URL).mock(side_effect=[answer, granted(2)])
    failures = await asyncio.gather(*(credentials.token(ANA) for _ in range(3)), return_exceptions=True)
    assert [(type(each), str(each)) for each in failures] == [(error, told)] * 3
    assert await credentials.token(ANA) == "token 2"


async def test_another_kind_of_key_is_refused_at_once(http: httpx.AsyncClient) -> None:
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with pytest.raises(TypeError):
        GoogleCredentials(http, TOKEN_URL, ServiceAccount(client_email="a@b", private_key=pem), lambda: Clock.now)
