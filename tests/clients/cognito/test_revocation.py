"""Whether a token still holds, by what Cognito answers to GetUser."""

from collections.abc import AsyncIterator

import httpx
import pytest
import respx

from clients.cognito.revocation import still_valid

pytestmark = pytest.mark.anyio

URL = "http://cognito.test/"


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient() as client:
        yield client


@pytest.mark.parametrize(
    ("answer", "holds"),
    [
        (httpx.Response(200, json={"Username": "pat_1", "UserAttributes": []}), True),
        (
            httpx.Response(400, json={"__type": "NotAuthorizedException", "message": "Access Token has been revoked"}),
            False,
        ),
        (httpx.Response(400, json={"__type": "x.y#NotAuthorizedException"}), False),
        (httpx.Response(400, json={"__type": "UserNotFoundException"}), False),
        (httpx.Response(400, json={"__type": "TooManyRequestsException"}), True),
        (httpx.Response(500, text="NotAuthorizedException"), True),
        (httpx.Response(503), True),
    ],
)
async def test_only_a_refusal_of_the_token_ends_it(
    http: httpx.AsyncClient, answer: httpx.Response, *, holds: bool
) -> None:
    with respx.mock:
        call = respx.post(URL, json={"AccessToken": "a.b.c"}).mock(return_value=answer)
        assert await still_valid(http, URL, "a.b.c") is holds
    assert call.calls.last.request.headers["x-amz-target"] == "AWSCognitoIdentityProviderService.GetUser"


@pytest.mark.parametrize("failure", [httpx.ConnectError, httpx.ReadTimeout])
async def test_an_outage_ends_no_connection(http: httpx.AsyncClient, failure: type[httpx.TransportError]) -> None:
    with respx.mock:
        respx.post(URL).mock(side_effect=failure)
        assert await still_valid(http, URL, "a.b.c")
