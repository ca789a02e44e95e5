"""From a right password to a session: what Cognito, or our own setting, wants in between.

What has to be remembered from one step to the next travels with the client, sealed: Cognito's session, and whose it is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

import msgspec
import strawberry

from clients.cognito.client import Proof, by_session, by_token
from clients.cognito.models import Asked, Tokens
from schema.common.accounts import Accounts, same_login
from schema.common.enums import Challenge
from schema.common.permissions import PUBLIC
from schema.common.totp import TotpSecret


@strawberry.type(directives=[PUBLIC])
class Session:
    """Tokens of a signed-in person: send `accessToken` as a bearer token until `expiresAt`, then `refreshSession`."""

    access_token: str
    refresh_token: str | None
    expires_at: datetime

    @classmethod
    def of(cls, tokens: Tokens, issued_at: datetime) -> Self:
        """Show Cognito's tokens."""
        return cls(
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            expires_at=issued_at + timedelta(seconds=tokens.expires_in),
        )


@strawberry.type(directives=[PUBLIC])
class ChallengeRequired:
    """One more step before a session: `answerChallenge` takes `session`, within minutes. `totp` is for MFA_SETUP."""

    challenge: Challenge
    session: str
    totp: TotpSecret | None = None


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A challenge that waits for its answer: whose, since when, and Cognito's session.

    With `tokens` it is our setting that wants an authenticator: Cognito has given them already.
    """

    challenge: Challenge
    login: str
    username: str
    at: datetime
    session: str = ""
    tokens: Tokens | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """The steps of one person who signs in: `login` leads to `username`."""

    accounts: Accounts
    login: str
    username: str

    async def after(self, answer: Tokens | Asked, *, has_shown_code: bool = False) -> Session | ChallengeRequired:
        """Return what Cognito's answer leads to."""
        match answer:
            case Tokens() if self.accounts.totp_required and not has_shown_code:
                # Who has an authenticator would have been asked for its code: this person has none yet.
                return await self._set_up(by_token(answer.access_token), answer)
            case Tokens():
                return Session.of(answer, self.accounts.clock())
            case Asked(challenge=Challenge.MFA_SETUP):
                return await self._set_up(by_session(answer.session))
            case Asked():
                return self._required(answer.challenge, answer.session)

    async def _set_up(self, proof: Proof, tokens: Tokens | None = None) -> ChallengeRequired:
        software = await self.accounts.cognito.associate_totp(proof)
        totp = TotpSecret.of(software, self.login)
        return self._required(Challenge.MFA_SETUP, software.session or "", tokens, totp)

    def _required(
        self, challenge: Challenge, session: str, tokens: Tokens | None = None, totp: TotpSecret | None = None
    ) -> ChallengeRequired:
        now = self.accounts.clock()
        pending = Pending(
            challenge=challenge,
            login=same_login(self.login),
            username=self.username,
            at=now,
            session=session,
            tokens=tokens,
        )
        sealed = self.accounts.secrets.sealed(msgspec.json.encode(pending), now)
        return ChallengeRequired(challenge=challenge, session=sealed, totp=totp)
