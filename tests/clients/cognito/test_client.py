"""Cognito's public calls: what is sent, what comes back, and what else may come back."""

import asyncio
import json
from collections.abc import AsyncIterator

import httpx
import pytest

from clients.cognito import client as cognito_client
from clients.cognito.client import CognitoClient
from clients.cognito.models import Asked, Challenge, Tokens
from clients.errors import UpstreamContract, UpstreamError, UpstreamInvalid, UpstreamUnavailable
from tests.clients.servers import serving, trickle

pytestmark = pytest.mark.anyio

URL = "http://cognito.test/"
SECRET = "senha-123.456.789-09"
TOKENS = {"AccessToken": "access", "IdToken": "id", "RefreshToken": "refresh", "ExpiresIn": 3600, "TokenType": "Bearer"}


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

    @property
    def body(self) -> object:
        """Return the JSON of the one call."""
        (call,) = self.calls
        return json.loads(call.content)


@pytest.fixture
def cognito() -> Cognito:
    return Cognito()


@pytest.fixture
async def http(cognito: Cognito) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.MockTransport(cognito)) as http:
        yield http


@pytest.fixture
def client(http: httpx.AsyncClient) -> CognitoClient:
    return CognitoClient(http=http, url=URL, client_id="3n4b5urk")


async def test_sign_in(client: CognitoClient, cognito: Cognito) -> None:
    cognito.answer = httpx.Response(200, json={"AuthenticationResult": TOKENS, "ChallengeParameters": {}})
    answer = await client.sign_in("pat_ana", SECRET)
    assert answer == Tokens("access", 3600, "refresh")
    assert cognito.body == {
        "ClientId": "3n4b5urk",
        "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "pat_ana", "PASSWORD": SECRET},
    }
    (call,) = cognito.calls
    assert (call.method, str(call.url)) == ("POST", URL)
    assert call.headers["x-amz-target"] == "AWSCognitoIdentityProviderService.InitiateAuth"
    assert call.headers["content-type"] == "application/x-amz-json-1.1"


async def test_a_challenge(client: CognitoClient, cognito: Cognito) -> None:
    cognito.answer = httpx.Response(200, json={"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s"})
    assert await client.sign_in("doc_bruno", SECRET) == Asked(Challenge.NEW_PASSWORD_REQUIRED, "s")


async def test_sign_up(client: CognitoClient, cognito: Cognito) -> None:
    cognito.answer = httpx.Response(200, json={"UserConfirmed": False, "UserSub": "7d8c"})
    await client.sign_up("pat_ana", SECRET, "ana@example.com")
    assert cognito.body == {
        "ClientId": "3n4b5urk",
        "Username": "pat_ana",
        "Password": SECRET,
        "UserAttributes": [{"Name": "email", "Value": "ana@example.com"}],
    }
    assert cognito.calls[0].headers["x-amz-target"].endswith(".SignUp")


async def test_confirm_sign_up(client: CognitoClient, cognito: Cognito) -> None:
    assert await client.confirm_sign_up("pat_ana", "123456")
    assert cognito.body == {"ClientId": "3n4b5urk", "Username": "pat_ana", "ConfirmationCode": "123456"}
    assert cognito.calls[0].headers["x-amz-target"].endswith(".ConfirmSignUp")


async def test_confirming_again_is_no_failure(client: CognitoClient, cognito: Cognito) -> None:
    """Cognito has no better word for a user who was confirmed before."""
    cognito.answer = httpx.Response(400, json={"__type": "NotAuthorizedException"})
    assert not await client.confirm_sign_up("pat_ana", "123456")


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("NotAuthorizedException", "NotAuthorizedException"),
        ("com.amazonaws.cognito#CodeMismatchException", "CodeMismatchException"),
        (f"x#{SECRET}", "Unknown"),
        ("", "Unknown"),
    ],
)
async def test_a_refusal_is_named_by_cognitos_exception(
    client: CognitoClient, cognito: Cognito, kind: str, code: str
) -> None:
    cognito.answer = httpx.Response(400, json={"__type": kind, "message": SECRET})
    with pytest.raises(UpstreamInvalid) as refused:
        await client.sign_in("pat_ana", SECRET)
    assert refused.value.code == code
    assert SECRET not in str(refused.value)


TROUBLES: dict[str, tuple[httpx.Response | Exception, type[UpstreamError]]] = {
    "a failure": (httpx.Response(500, text=SECRET), UpstreamUnavailable),
    "too many requests": (httpx.Response(400, json={"__type": "TooManyRequestsException"}), UpstreamUnavailable),
    "a refused connection": (httpx.ConnectError(SECRET), UpstreamUnavailable),
    "silence": (httpx.ReadTimeout(SECRET), UpstreamUnavailable),
    "a page": (httpx.Response(200, html=SECRET), UpstreamContract),
    "nothing": (httpx.Response(200), UpstreamContract),
    "a challenge without a session": (
        httpx.Response(200, json={"ChallengeName": "SOFTWARE_TOKEN_MFA"}),
        UpstreamContract,
    ),
    "a challenge that our pools do not have": (
        httpx.Response(200, json={"ChallengeName": "SMS_MFA", "Session": "s"}),
        UpstreamContract,
    ),
    "neither tokens nor a challenge": (httpx.Response(200, json={}), UpstreamContract),
    "ill-typed tokens": (httpx.Response(200, json={"AuthenticationResult": {"AccessToken": 7}}), UpstreamContract),
    "bad UTF-8": (httpx.Response(200, content=b'{"Session": "\xff"}'), UpstreamContract),
    "endless nesting": (httpx.Response(200, content=b'{"x":' * 10_000), UpstreamContract),
    "a redirect": (httpx.Response(302, headers={"Location": "http://elsewhere.test"}), UpstreamContract),
    "a huge body": (httpx.Response(200, content=b" " * 200_000), UpstreamContract),
    "a refusal without words": (httpx.Response(400), UpstreamInvalid),
    "a refusal of bad UTF-8": (httpx.Response(400, content=b'{"__type": "\xff"}'), UpstreamInvalid),
}


@pytest.mark.parametrize(("answer", "error"), TROUBLES.values(), ids=TROUBLES.keys())
async def test_whatever_else_comes_has_its_place_in_the_tree(
    client: CognitoClient, cognito: Cognito, answer: httpx.Response | Exception, error: type[UpstreamError]
) -> None:
    cognito.answer = answer
    with pytest.raises(error) as raised:
        await client.sign_in("pat_ana", SECRET)
    assert type(raised.value) is error
    assert SECRET not in str(raised.value)
    assert len(cognito.calls) == 1


async def test_an_answer_that_trickles_in_comes_to_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cognito_client, "TOTAL_TIMEOUT_SECONDS", 0.1)
    async with serving(trickle) as server, httpx.AsyncClient() as http, asyncio.timeout(5):
        with pytest.raises(UpstreamUnavailable):
            await CognitoClient(http=http, url=server.url, client_id="c").sign_in("pat_ana", SECRET)
