"""A password that is forgotten, and a code that did not arrive: the answer never tells whether there is an account."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Annotated, Final

import strawberry

from clients.errors import UpstreamInvalid
from schema.common.accounts import LOGIN_CHARS, AccountInfo, Accounts, CodeMismatch, WeakPassword
from schema.common.passwords import is_weak
from schema.common.permissions import PUBLIC
from schema.common.problems import InvalidInput, outcome

# For how long Cognito takes a code that it mailed.
RESET_MINUTES: Final = 60
CONFIRMATION_MINUTES: Final = 24 * 60


@strawberry.input
class ForgotPasswordInput:
    """Whose password is forgotten."""

    login: str


@strawberry.input
class ResetPasswordInput:
    """The login of `forgotPassword`, the code that was mailed, and the password from now on."""

    login: str
    code: str
    new_password: str


@strawberry.input
class ResendConfirmationInput:
    """Whose confirmation code did not arrive."""

    login: str


@strawberry.type(directives=[PUBLIC])
class CodeSent:
    """If the login is that of an account which waits for a code, one is on its way by e-mail, valid for so long."""

    valid_minutes: int


@strawberry.type(directives=[PUBLIC])
class PasswordReset:
    """The new password signs in; the old one does not."""

    reset_at: datetime


ForgotPasswordResult = Annotated[CodeSent | InvalidInput, strawberry.union("ForgotPasswordResult")]
ResendConfirmationResult = Annotated[CodeSent | InvalidInput, strawberry.union("ResendConfirmationResult")]
ResetProblem = CodeMismatch | WeakPassword
ResetPasswordResult = Annotated[PasswordReset | ResetProblem, strawberry.union("ResetPasswordResult")]

# Cognito says these of an account that is there, or that is not: nobody is told.
_TELLING: Final = (
    "CodeDeliveryFailureException",
    "InvalidParameterException",
    "LimitExceededException",
    "NotAuthorizedException",
    "UserNotFoundException",
)
CODE_PROBLEMS: Final[Mapping[str, type[CodeMismatch]]] = {
    "CodeMismatchException": CodeMismatch,
    "ExpiredCodeException": CodeMismatch,
    "InvalidParameterException": CodeMismatch,
    "LimitExceededException": CodeMismatch,
    "TooManyFailedAttemptsException": CodeMismatch,
    "UserNotFoundException": CodeMismatch,
}
_RESET_PROBLEMS: Final[Mapping[str, type[ResetProblem]]] = {
    **CODE_PROBLEMS,
    "InvalidPasswordException": WeakPassword,
    "NotAuthorizedException": CodeMismatch,
    "PasswordHistoryPolicyViolationException": WeakPassword,
    "UserNotConfirmedException": CodeMismatch,
}


async def forgot_password(info: AccountInfo, input: ForgotPasswordInput) -> ForgotPasswordResult:
    """Have a code mailed for `resetPassword`; the answer is the same for every login."""
    accounts = info.context.accounts
    return await _mailed(accounts, input.login, accounts.cognito.forgot_password, RESET_MINUTES)


async def resend_confirmation(info: AccountInfo, input: ResendConfirmationInput) -> ResendConfirmationResult:
    """Have the code of a registration mailed again; the answer is the same for every login."""
    accounts = info.context.accounts
    return await _mailed(accounts, input.login, accounts.cognito.resend_code, CONFIRMATION_MINUTES)


async def reset_password(info: AccountInfo, input: ResetPasswordInput) -> ResetPasswordResult:
    """Set a new password by the mailed code."""
    accounts = info.context.accounts
    if is_weak(input.new_password):
        return WeakPassword()
    username = await accounts.username_or_stranger(input.login)
    call = accounts.cognito.reset_password(username, input.code, input.new_password)
    return await outcome(call, lambda _: PasswordReset(reset_at=accounts.clock()), _RESET_PROBLEMS)


async def _mailed(
    accounts: Accounts, login: str, mail: Callable[[str], Awaitable[None]], minutes: int
) -> CodeSent | InvalidInput:
    if not login.strip() or len(login) > LOGIN_CHARS:
        return InvalidInput()
    try:
        await mail(await accounts.username_or_stranger(login))
    except UpstreamInvalid as refusal:
        if refusal.code not in _TELLING:
            raise
    return CodeSent(valid_minutes=minutes)
