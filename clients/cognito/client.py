"""Amazon Cognito's public calls: signing up and signing in. They are JSON without an AWS signature."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any, Final

import httpx
import msgspec

from clients.cognito.models import AuthAnswer
from clients.errors import UpstreamContract, UpstreamInvalid, UpstreamUnavailable
from clients.http import TOTAL_TIMEOUT_SECONDS
from clients.wire import UNDECODABLE

_NAME: Final = "cognito"
_SERVER_ERROR: Final = 500
_BAD_REQUEST: Final = 400
_OK: Final = 200
_MAX_BODY_BYTES: Final = 100_000
_WORTH_ANOTHER_TRY: Final = frozenset({"TooManyRequestsException", "LimitExceededException", "InternalErrorException"})
_UNKNOWN: Final = "Unknown"
_EXCEPTION: Final = re.compile(r"[A-Za-z]{1,64}")


class _Failure(msgspec.Struct, frozen=True):
    type: str = msgspec.field(name="__type", default=_UNKNOWN)


@dataclass(frozen=True, slots=True, kw_only=True)
class CognitoClient:
    """One app client of one user pool, at `url`.

    Every method raises `UpstreamUnavailable`, `UpstreamContract`, or `UpstreamInvalid` with Cognito's exception name as
    its code.
    """

    http: httpx.AsyncClient
    url: str
    client_id: str

    async def sign_in(self, username: str, password: str) -> AuthAnswer:
        """Sign in with a password. Refusals: NotAuthorizedException, UserNotConfirmedException, ..."""
        parameters = {"USERNAME": username, "PASSWORD": password}
        return await self._auth("USER_PASSWORD_AUTH", parameters)

    async def sign_up(self, username: str, password: str, email: str) -> None:
        """Create an unconfirmed user; Cognito mails a code. Refusals: InvalidPasswordException, ..."""
        attributes = [{"Name": "email", "Value": email}]
        body = {"Username": username, "Password": password, "UserAttributes": attributes}
        await self._call("SignUp", body)

    async def confirm_sign_up(self, username: str, code: str) -> bool:
        """Confirm with the mailed code; False for a user who was confirmed before, whatever the code.

        Refusals: CodeMismatchException, ExpiredCodeException, UserNotFoundException.
        """
        try:
            await self._call("ConfirmSignUp", {"Username": username, "ConfirmationCode": code})
        except UpstreamInvalid as refusal:
            if refusal.code != "NotAuthorizedException":
                raise
            return False
        return True

    async def _auth(self, flow: str, parameters: dict[str, str]) -> AuthAnswer:
        body = await self._call("InitiateAuth", {"AuthFlow": flow, "AuthParameters": parameters})
        try:
            answer = msgspec.json.decode(body, type=AuthAnswer)
        except UNDECODABLE:
            # Not chained: msgspec's message may quote a token.
            raise UpstreamContract(_NAME, "not an authentication result") from None
        if answer.authentication_result is None and answer.challenge_name is None:
            raise UpstreamContract(_NAME, "neither tokens nor a challenge")
        return answer

    async def _call(self, operation: str, body: dict[str, Any]) -> bytes:
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
        }
        content = msgspec.json.encode({"ClientId": self.client_id, **body})
        request = self.http.build_request("POST", self.url, content=content, headers=headers)
        status, answer = await _exchange(self.http, request, TOTAL_TIMEOUT_SECONDS)
        if status == _OK:
            return answer
        failure = _failure(answer)
        if status >= _SERVER_ERROR or failure in _WORTH_ANOTHER_TRY:
            raise UpstreamUnavailable(_NAME, f"status {status}")
        if status < _BAD_REQUEST:
            raise UpstreamContract(_NAME, f"status {status}")
        raise UpstreamInvalid(_NAME, failure)


async def _exchange(http: httpx.AsyncClient, request: httpx.Request, seconds: float) -> tuple[int, bytes]:
    """Return the answer's status and body, whole within `seconds`: httpx's own timeouts are a read's, not a call's."""
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            response = await http.send(request, stream=True)
            try:
                async for chunk in response.aiter_bytes():
                    body += chunk
                    if len(body) > _MAX_BODY_BYTES:
                        raise UpstreamContract(_NAME, f"a body over {_MAX_BODY_BYTES} bytes")
            finally:
                await response.aclose()
    except (httpx.HTTPError, TimeoutError) as failure:
        raise UpstreamUnavailable(_NAME, type(failure).__name__) from failure
    return response.status_code, bytes(body)


def _failure(body: bytes) -> str:
    """Return Cognito's name of the exception, such as `NotAuthorizedException`."""
    try:
        name = msgspec.json.decode(body, type=_Failure).type.rpartition("#")[2]
    except UNDECODABLE:
        return _UNKNOWN
    return name if _EXCEPTION.fullmatch(name) else _UNKNOWN
