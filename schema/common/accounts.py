"""What signing in, out and recovering stand on, the same for each audience.

A login leads to an opaque username, and Cognito decides. Nothing of what it answers tells whether an account exists: a
login that nobody has goes the same way, under the username of a stranger.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

import strawberry
from strawberry.types import Info

from clients.cognito.client import CognitoClient
from clients.errors import UpstreamInvalid, UpstreamNotFound
from schema.common.messages import Language, ProblemCode
from schema.common.principals import Audience, Unauthenticated
from schema.common.problems import Problem

# An e-mail address has at most 254 characters, every other login fewer.
LOGIN_CHARS: Final = 254

# A login to an opaque username; `UpstreamNotFound` where nobody has it.
Lookup = Callable[[str], Awaitable[str]]


class AccountSecrets(Protocol):
    """What only the BFF's processes can do, all of them alike."""

    def sealed(self, content: bytes, at: datetime) -> str:
        """Return `content` as a text for a client to carry, which it can neither read nor change."""

    def unsealed(self, text: str, at: datetime) -> bytes | None:
        """Return what was sealed; None for anything else, and for what was sealed too long ago."""

    def stranger(self, audience: Audience, login: str) -> str:
        """Return a username that nobody has, always the same one for a login."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The accounts of one audience's pool, for one request. `access_token` is the asker's, if somebody is signed in.

    With `totp_required`, nobody gets a session without an authenticator.
    """

    audience: Audience
    username: Lookup
    cognito: CognitoClient
    secrets: AccountSecrets
    clock: Callable[[], datetime]
    totp_required: bool
    access_token: str | None = field(repr=False)

    async def username_or_stranger(self, login: str) -> str:
        """Return the username behind `login`, or one that nobody has: Cognito is asked the same either way."""
        try:
            return await self.username(login)
        except (UpstreamNotFound, UpstreamInvalid):
            return self.stranger(login)

    def stranger(self, login: str) -> str:
        """Return a username that nobody has."""
        return self.secrets.stranger(self.audience, same_login(login))

    def own_token(self) -> str:
        """Return the asker's access token; nobody has none."""
        if self.access_token is None:
            raise Unauthenticated
        return self.access_token


class HasAccounts(Protocol):
    """What a context must offer for people to sign in."""

    @property
    def accounts(self) -> Accounts:
        """The accounts of the graph's pool."""

    @property
    def language(self) -> Language:
        """The language that the client prefers."""


AccountInfo = Info[HasAccounts, Any]


def same_login(login: str) -> str:
    """Return a login without what a keyboard adds to it: capitals, spaces around."""
    return login.strip().lower()


@strawberry.type
class InvalidCredentials(Problem):
    """Unknown login, wrong password or unusable account: there is no telling."""

    problem_code = ProblemCode.INVALID_CREDENTIALS


@strawberry.type
class CodeMismatch(Problem):
    """The code is wrong or has expired, or the login is unknown: there is no telling."""

    problem_code = ProblemCode.CODE_MISMATCH


@strawberry.type
class WeakPassword(Problem):
    """The password does not meet the policy, or was used before."""

    problem_code = ProblemCode.WEAK_PASSWORD


@strawberry.type
class SessionEnded(Problem):
    """The session was ended, or the account cannot be used any more: sign in again."""

    problem_code = ProblemCode.SESSION_ENDED
