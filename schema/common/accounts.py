"""Signing in, the same for each audience: a login leads to an opaque username, and Cognito decides."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Final

import strawberry

from clients.cognito.client import CognitoClient
from clients.cognito.models import AuthAnswer
from clients.errors import UpstreamInvalid, UpstreamNotFound
from schema.common.messages import ProblemCode
from schema.common.permissions import PUBLIC
from schema.common.problems import Problem

# A username that no pool has: an unknown login costs the same call to Cognito as a wrong password.
_NOBODY: Final = "nobody"

_WRONG: Final = frozenset(
    {
        "NotAuthorizedException",
        "UserNotFoundException",
        "UserNotConfirmedException",
        "PasswordResetRequiredException",
        "InvalidParameterException",
    }
)


@strawberry.input
class SignInInput:
    """Who one says one is."""

    login: str
    password: str


@strawberry.type(directives=[PUBLIC])
class Session:
    """Tokens of a signed-in person: send `accessToken` as a bearer token until `expiresAt`."""

    access_token: str
    refresh_token: str | None
    expires_at: datetime


@strawberry.type(directives=[PUBLIC])
class ChallengeRequired:
    """One more step before a session; answer within minutes."""

    challenge: str
    session: str


@strawberry.type
class InvalidCredentials(Problem):
    """Unknown login, wrong password or unusable account: there is no telling."""

    problem_code = ProblemCode.INVALID_CREDENTIALS


SignInResult = Annotated[Session | ChallengeRequired | InvalidCredentials, strawberry.union("SignInResult")]


# A login (CPF, CRM or e-mail) to an opaque username; `UpstreamNotFound` where nobody has it.
Lookup = Callable[[str], Awaitable[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """What signing in needs: the lookup of a login, the pool's Cognito, the time."""

    username: Lookup
    cognito: CognitoClient
    clock: Callable[[], datetime]

    async def __call__(self, credentials: SignInInput) -> Session | ChallengeRequired | InvalidCredentials:
        """Sign in; every failure of credentials is the same answer."""
        try:
            answer = await self.cognito.sign_in(await self.username_or_nobody(credentials.login), credentials.password)
        except UpstreamInvalid as refusal:
            if refusal.code not in _WRONG:
                raise
            return InvalidCredentials()
        return self._session(answer)

    async def username_or_nobody(self, login: str) -> str:
        """Return the username behind `login`, or one that nobody has."""
        try:
            return await self.username(login)
        except UpstreamNotFound:
            return _NOBODY

    def _session(self, answer: AuthAnswer) -> Session | ChallengeRequired:
        tokens = answer.authentication_result
        if tokens is None:
            return ChallengeRequired(challenge=answer.challenge_name or "", session=answer.session or "")
        return Session(
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            expires_at=self.clock() + timedelta(seconds=tokens.expires_in),
        )
