"""Authenticators: codes of six digits that change every 30 seconds (TOTP, RFC 6238), beside the password."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final, Self
from urllib.parse import quote

import strawberry

from clients.cognito.client import by_token
from clients.cognito.models import SoftwareToken
from schema.common.accounts import AccountInfo, Accounts, CodeMismatch, SessionEnded
from schema.common.permissions import PUBLIC, SIGNED_IN
from schema.common.problems import outcome

ISSUER: Final = "HealthMed"


@strawberry.type(directives=[PUBLIC])
class TotpSecret:
    """What an authenticator app needs: `uri` as a QR code, or `secret` typed in. Shown once; keep it nowhere else."""

    secret: str
    uri: str

    @classmethod
    def of(cls, token: SoftwareToken, label: str) -> Self:
        """Show a new authenticator's secret under a label."""
        name = quote(f"{ISSUER}:{label}")
        return cls(secret=token.secret_code, uri=f"otpauth://totp/{name}?secret={token.secret_code}&issuer={ISSUER}")


@strawberry.input
class EnrolTotpInput:
    """`label` is what the authenticator app shows beside HealthMed, such as the login."""

    label: str


@strawberry.input
class ConfirmTotpInput:
    """The six digits that the authenticator shows now."""

    code: str


@strawberry.type(directives=[SIGNED_IN])
class TotpConfirmed:
    """From now on, each sign-in asks for the authenticator's code."""

    confirmed_at: datetime


EnrolTotpResult = Annotated[TotpSecret | SessionEnded, strawberry.union("EnrolTotpResult")]
ConfirmTotpResult = Annotated[TotpConfirmed | CodeMismatch | SessionEnded, strawberry.union("ConfirmTotpResult")]

SESSION_PROBLEMS: Final[Mapping[str, type[SessionEnded]]] = {
    "NotAuthorizedException": SessionEnded,
    "PasswordResetRequiredException": SessionEnded,
    "UserNotConfirmedException": SessionEnded,
    "UserNotFoundException": SessionEnded,
}
CODE_PROBLEMS: Final[Mapping[str, type[CodeMismatch]]] = {
    "CodeMismatchException": CodeMismatch,
    "EnableSoftwareTokenMFAException": CodeMismatch,
    "ExpiredCodeException": CodeMismatch,
    "InvalidParameterException": CodeMismatch,
}
_CONFIRM_PROBLEMS: Final[Mapping[str, type[SessionEnded | CodeMismatch]]] = {**SESSION_PROBLEMS, **CODE_PROBLEMS}


async def enrol_totp(info: AccountInfo, input: EnrolTotpInput) -> EnrolTotpResult:
    """Begin with a new authenticator; it counts once `confirmTotp` has seen a code of it."""
    accounts = info.context.accounts
    call = accounts.cognito.associate_totp(by_token(accounts.own_token()))
    return await outcome(call, lambda token: TotpSecret.of(token, input.label), SESSION_PROBLEMS)


async def confirm_totp(info: AccountInfo, input: ConfirmTotpInput) -> ConfirmTotpResult:
    """Take the authenticator of `enrolTotp` by its first code, in place of an earlier one."""
    accounts = info.context.accounts
    call = take_totp(accounts, accounts.own_token(), input.code)
    return await outcome(call, lambda _: TotpConfirmed(confirmed_at=accounts.clock()), _CONFIRM_PROBLEMS)


async def take_totp(accounts: Accounts, access_token: str, code: str) -> None:
    """Take the new authenticator of a token's person by its first code, and ask for it from then on."""
    await accounts.cognito.verify_totp(by_token(access_token), code)
    await accounts.cognito.prefer_totp(access_token)
