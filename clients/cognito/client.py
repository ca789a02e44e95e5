"""Amazon Cognito's public calls: signing up and signing in. They are JSON without an AWS signature."""

from dataclasses import dataclass
from typing import Any, Final

import httpx
import msgspec

from clients.cognito.models import AuthAnswer, KeySet, Tokens
from clients.errors import UpstreamContract, UpstreamInvalid, UpstreamUnavailable
from clients.http import TOTAL_TIMEOUT_SECONDS

_NAME: Final = "cognito"
_SERVER_ERROR: Final = 500
_OK: Final = 200
_MAX_KEY_SET_BYTES: Final = 100_000
_KEY_SET_TIMEOUT_SECONDS: Final = 3.0


class _Failure(msgspec.Struct, frozen=True):
    type: str = msgspec.field(name="__type", default="Unknown")


@dataclass(frozen=True, slots=True, kw_only=True)
class CognitoClient:
    """One app client of one user pool, at `url`.

    Every method raises `UpstreamUnavailable`, or `UpstreamInvalid` with Cognito's exception name as its code.
    """

    http: httpx.AsyncClient
    url: str
    client_id: str

    async def sign_in(self, username: str, password: str) -> AuthAnswer:
        """Sign in with a password. Refusals: NotAuthorizedException, UserNotConfirmedException, ..."""
        parameters = {"USERNAME": username, "PASSWORD": password}
        return await self._auth("USER_PASSWORD_AUTH", parameters)

    async def refresh(self, refresh_token: str) -> Tokens | None:
        """Exchange a refresh token for a new access token. Refusal: NotAuthorizedException."""
        return (await self._auth("REFRESH_TOKEN_AUTH", {"REFRESH_TOKEN": refresh_token})).authentication_result

    async def sign_up(self, username: str, password: str, email: str) -> None:
        """Create an unconfirmed user; Cognito mails a code. Refusals: InvalidPasswordException, ..."""
        attributes = [{"Name": "email", "Value": email}]
        body = {"Username": username, "Password": password, "UserAttributes": attributes}
        await self._call("SignUp", body)

    async def confirm_sign_up(self, username: str, code: str) -> None:
        """Confirm with the mailed code. Refusals: CodeMismatchException, ExpiredCodeException, ..."""
        await self._call("ConfirmSignUp", {"Username": username, "ConfirmationCode": code})

    async def _auth(self, flow: str, parameters: dict[str, str]) -> AuthAnswer:
        answer = await self._call("InitiateAuth", {"AuthFlow": flow, "AuthParameters": parameters})
        try:
            return msgspec.json.decode(answer, type=AuthAnswer)
        except msgspec.MsgspecError:
            raise UpstreamContract(_NAME, "not an authentication result") from None

    async def _call(self, operation: str, body: dict[str, Any]) -> bytes:
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
        }
        content = msgspec.json.encode({"ClientId": self.client_id, **body})
        try:
            response = await self.http.post(self.url, content=content, headers=headers, timeout=TOTAL_TIMEOUT_SECONDS)
        except httpx.HTTPError as failure:
            raise UpstreamUnavailable(_NAME, type(failure).__name__) from failure
        if response.status_code >= _SERVER_ERROR:
            raise UpstreamUnavailable(_NAME, f"status {response.status_code}")
        if response.status_code != _OK:
            raise UpstreamInvalid(_NAME, _failure(response.content))
        return response.content


async def key_set(http: httpx.AsyncClient, url: str) -> KeySet:
    """Fetch a pool's key set. Raises `UpstreamUnavailable` or `UpstreamContract`."""
    try:
        async with http.stream("GET", url, timeout=_KEY_SET_TIMEOUT_SECONDS) as response:
            if response.status_code != _OK:
                raise UpstreamUnavailable(_NAME, f"status {response.status_code}")
            body = b""
            async for chunk in response.aiter_bytes():
                body += chunk
                if len(body) > _MAX_KEY_SET_BYTES:
                    raise UpstreamContract(_NAME, f"a key set over {_MAX_KEY_SET_BYTES} bytes")
        return msgspec.json.decode(body, type=KeySet)
    except httpx.HTTPError as failure:
        raise UpstreamUnavailable(_NAME, type(failure).__name__) from failure
    except msgspec.MsgspecError as failure:
        raise UpstreamContract(_NAME, "not a key set") from failure


def _failure(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=_Failure).type.rpartition("#")[2]
    except msgspec.MsgspecError:
        return "Unknown"
