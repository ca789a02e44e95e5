"""Amazon Cognito's public calls: signing up, in and out. They are JSON without an AWS signature."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import httpx
import msgspec

from clients.cognito.models import Asked, AuthAnswer, Challenge, SoftwareToken, Tokens, Verification
from clients.errors import UpstreamContract, UpstreamError, UpstreamInvalid, UpstreamUnavailable
from clients.http import TOTAL_TIMEOUT_SECONDS
from clients.wire import UNDECODABLE

_NAME: Final = "cognito"
_SERVER_ERROR: Final = 500
_BAD_REQUEST: Final = 400
_OK: Final = 200
_MAX_BODY_BYTES: Final = 100_000
# LimitExceededException is not among them: it is about one user, and so it tells that there is one.
_WORTH_ANOTHER_TRY: Final = frozenset({"TooManyRequestsException", "InternalErrorException"})
# What GetUser answers for a token that was revoked, and for a user who is disabled, deleted or to be confirmed anew.
_ENDED: Final = frozenset(
    {
        "NotAuthorizedException",
        "UserNotFoundException",
        "UserNotConfirmedException",
        "PasswordResetRequiredException",
    }
)
_UNKNOWN: Final = "Unknown"
_EXCEPTION: Final = re.compile(r"[A-Za-z]{1,64}")

T = TypeVar("T")

# What says whose new authenticator it is: either an access token, or a challenge's session.
Proof = Mapping[str, str]


def by_token(access_token: str) -> Proof:
    """Prove who one is by an access token."""
    return {"AccessToken": access_token}


def by_session(session: str) -> Proof:
    """Prove who one is by the session of a challenge."""
    return {"Session": session}


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

    async def sign_in(self, username: str, password: str) -> Tokens | Asked:
        """Sign in with a password. Refusals: NotAuthorizedException, UserNotConfirmedException, ..."""
        parameters = {"USERNAME": username, "PASSWORD": password}
        body = {"AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters}
        return _auth_answer(await self._call_as_client("InitiateAuth", body))

    async def refresh(self, refresh_token: str) -> Tokens:
        """Give new tokens; the refresh token among them is the old one, unless the pool rotates them.

        Refusals: NotAuthorizedException, RefreshTokenReuseException, ...
        """
        answer = _auth_answer(await self._call_as_client("GetTokensFromRefreshToken", {"RefreshToken": refresh_token}))
        if isinstance(answer, Asked):
            raise UpstreamContract(_NAME, "a challenge for a refresh token")
        return msgspec.structs.replace(answer, refresh_token=answer.refresh_token or refresh_token)

    async def answer_new_password(self, username: str, session: str, password: str) -> Tokens | Asked:
        """Choose a password instead of a temporary one. Refusals: InvalidPasswordException, NotAuthorizedException."""
        return await self._answer(Challenge.NEW_PASSWORD_REQUIRED, username, session, {"NEW_PASSWORD": password})

    async def answer_totp(self, username: str, session: str, code: str) -> Tokens | Asked:
        """Show the authenticator's code. Refusals: CodeMismatchException, ExpiredCodeException, ..."""
        return await self._answer(Challenge.SOFTWARE_TOKEN_MFA, username, session, {"SOFTWARE_TOKEN_MFA_CODE": code})

    async def answer_totp_set_up(self, username: str, session: str) -> Tokens | Asked:
        """Go on after `verify_totp`, whose session this is."""
        return await self._answer(Challenge.MFA_SETUP, username, session, {})

    async def associate_totp(self, proof: Proof) -> SoftwareToken:
        """Make the secret of a new authenticator; it counts once `verify_totp` has seen a code of it."""
        return _decoded(await self._call("AssociateSoftwareToken", proof), SoftwareToken)

    async def verify_totp(self, proof: Proof, code: str) -> Verification:
        """Take the new authenticator, by its first code. Refusals: EnableSoftwareTokenMFAException, ..."""
        answer = _decoded(await self._call("VerifySoftwareToken", {**proof, "UserCode": code}), Verification)
        if answer.status != "SUCCESS":
            raise UpstreamInvalid(_NAME, "EnableSoftwareTokenMFAException")
        return answer

    async def prefer_totp(self, access_token: str) -> None:
        """Ask for the authenticator's code at each sign-in from now on."""
        settings = {"Enabled": True, "PreferredMfa": True}
        await self._call("SetUserMFAPreference", {"AccessToken": access_token, "SoftwareTokenMfaSettings": settings})

    async def sign_out_everywhere(self, access_token: str) -> None:
        """End all sessions of a person. Refusal: NotAuthorizedException.

        Nobody refreshes them any more, and Cognito takes none of their access tokens; who only looks at signatures
        takes those until they expire.
        """
        await self._call("GlobalSignOut", {"AccessToken": access_token})

    async def revoke(self, refresh_token: str) -> None:
        """End one session. Refusals: InvalidParameterException, UnsupportedTokenTypeException, ..."""
        await self._call_as_client("RevokeToken", {"Token": refresh_token})

    async def still_valid(self, access_token: str) -> bool:
        """Say whether Cognito still takes a token that has not expired; True where that cannot be found out now."""
        try:
            await self._call("GetUser", {"AccessToken": access_token})
        except UpstreamInvalid as refusal:
            return refusal.code not in _ENDED
        except UpstreamError:
            return True
        return True

    async def sign_up(self, username: str, password: str, email: str) -> None:
        """Create an unconfirmed user; Cognito mails a code. Refusals: InvalidPasswordException, ..."""
        attributes = [{"Name": "email", "Value": email}]
        body = {"Username": username, "Password": password, "UserAttributes": attributes}
        try:
            await self._call_as_client("SignUp", body)
        except UpstreamInvalid as refusal:
            if refusal.code == "LimitExceededException":  # there is no user yet: it is the day's mail that is used up
                raise UpstreamUnavailable(_NAME, refusal.code) from None
            raise

    async def confirm_sign_up(self, username: str, code: str) -> bool:
        """Confirm with the mailed code; False for a user who was confirmed before, whatever the code.

        Refusals: CodeMismatchException, ExpiredCodeException, UserNotFoundException.
        """
        try:
            await self._call_as_client("ConfirmSignUp", {"Username": username, "ConfirmationCode": code})
        except UpstreamInvalid as refusal:
            if refusal.code != "NotAuthorizedException":
                raise
            return False
        return True

    async def resend_code(self, username: str) -> None:
        """Mail the code of `confirm_sign_up` again. Refusals: InvalidParameterException (is confirmed), ..."""
        await self._call_as_client("ResendConfirmationCode", {"Username": username})

    async def forgot_password(self, username: str) -> None:
        """Mail a code for `reset_password`. Refusals: NotAuthorizedException, LimitExceededException, ..."""
        await self._call_as_client("ForgotPassword", {"Username": username})

    async def reset_password(self, username: str, code: str, password: str) -> None:
        """Set a password by the mailed code. Refusals: CodeMismatchException, InvalidPasswordException, ..."""
        body = {"Username": username, "ConfirmationCode": code, "Password": password}
        await self._call_as_client("ConfirmForgotPassword", body)

    async def _answer(
        self, challenge: Challenge, username: str, session: str, responses: Mapping[str, str]
    ) -> Tokens | Asked:
        responses = {"USERNAME": username, **responses}
        body = {"ChallengeName": challenge.value, "Session": session, "ChallengeResponses": responses}
        return _auth_answer(await self._call_as_client("RespondToAuthChallenge", body))

    async def _call_as_client(self, operation: str, body: Mapping[str, Any]) -> bytes:
        return await self._call(operation, {"ClientId": self.client_id, **body})

    async def _call(self, operation: str, body: Mapping[str, Any]) -> bytes:
        headers = {
            "Content-Type": "application/x-amz-json-1.1",
            "X-Amz-Target": f"AWSCognitoIdentityProviderService.{operation}",
        }
        request = self.http.build_request("POST", self.url, content=msgspec.json.encode(body), headers=headers)
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


def _auth_answer(body: bytes) -> Tokens | Asked:
    answer = _decoded(body, AuthAnswer)
    if answer.authentication_result is not None:
        return answer.authentication_result
    if answer.challenge_name is None or answer.session is None:
        raise UpstreamContract(_NAME, "neither tokens nor a challenge")
    return Asked(answer.challenge_name, answer.session)


def _decoded(body: bytes, answer: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=answer)
    except UNDECODABLE:
        # Not chained: msgspec's message may quote a token.
        raise UpstreamContract(_NAME, f"not a {answer.__name__}") from None


def _failure(body: bytes) -> str:
    """Return Cognito's name of the exception, such as `NotAuthorizedException`."""
    try:
        name = msgspec.json.decode(body, type=_Failure).type.rpartition("#")[2]
    except UNDECODABLE:
        return _UNKNOWN
    return name if _EXCEPTION.fullmatch(name) else _UNKNOWN
