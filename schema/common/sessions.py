"""Sessions: signing in, going on, signing out."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final

import strawberry

from schema.common.accounts import AccountInfo, Accounts, InvalidCredentials, SessionEnded
from schema.common.challenges import ChallengeRequired, Session, Steps
from schema.common.permissions import SIGNED_IN
from schema.common.problems import outcome
from schema.common.totp import SESSION_PROBLEMS


@strawberry.input
class SignInInput:
    """Who one says one is."""

    login: str
    password: str


@strawberry.input
class RefreshSessionInput:
    """The refresh token of a session."""

    refresh_token: str


@strawberry.input
class SignOutInput:
    """Without `refreshToken` all sessions of the person end; with it, only the session that it is of."""

    refresh_token: str | None = None


@strawberry.type(directives=[SIGNED_IN])
class SignedOut:
    """Nobody can refresh the session any more; an access token that is out may still be taken until it expires."""

    signed_out_at: datetime


SignInResult = Annotated[Session | ChallengeRequired | InvalidCredentials, strawberry.union("SignInResult")]
RefreshSessionResult = Annotated[Session | SessionEnded, strawberry.union("RefreshSessionResult")]
SignOutResult = Annotated[SignedOut | SessionEnded, strawberry.union("SignOutResult")]

_WRONG: Final[Mapping[str, type[InvalidCredentials]]] = {
    "InvalidParameterException": InvalidCredentials,
    "NotAuthorizedException": InvalidCredentials,
    "PasswordResetRequiredException": InvalidCredentials,
    "UserNotConfirmedException": InvalidCredentials,
    "UserNotFoundException": InvalidCredentials,
}
_ENDED: Final[Mapping[str, type[SessionEnded]]] = {
    **SESSION_PROBLEMS,
    "InvalidParameterException": SessionEnded,
    "RefreshTokenReuseException": SessionEnded,
}
_REVOKED: Final[Mapping[str, type[SessionEnded]]] = {
    **_ENDED,
    "UnauthorizedException": SessionEnded,
    "UnsupportedTokenTypeException": SessionEnded,
}


async def sign_in(accounts: Accounts, input: SignInInput) -> Session | ChallengeRequired | InvalidCredentials:
    """Sign in; every failure of credentials is the same answer, by the same calls."""
    username = await accounts.username_or_stranger(input.login)
    call = accounts.cognito.sign_in(username, input.password)
    answer = await outcome(call, lambda answer: answer, _WRONG)
    steps = Steps(accounts=accounts, login=input.login, username=username)
    return answer if isinstance(answer, InvalidCredentials) else await steps.after(answer)


async def refresh_session(info: AccountInfo, input: RefreshSessionInput) -> RefreshSessionResult:
    """Get a new access token."""
    accounts = info.context.accounts
    call = accounts.cognito.refresh(input.refresh_token)
    return await outcome(call, lambda tokens: Session.of(tokens, accounts.clock()), _ENDED)


async def sign_out(info: AccountInfo, input: SignOutInput) -> SignOutResult:
    """End all sessions of the signed-in person, or one."""
    accounts = info.context.accounts
    own_token, cognito = accounts.own_token(), accounts.cognito
    one = input.refresh_token
    call = cognito.sign_out_everywhere(own_token) if one is None else cognito.revoke(one)
    return await outcome(call, lambda _: SignedOut(signed_out_at=accounts.clock()), _REVOKED)
