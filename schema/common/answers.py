"""Answering what signing in wants beside the password: a new password, or a code of an authenticator."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

import msgspec
import strawberry

from clients.cognito.client import by_session
from clients.cognito.models import Asked, Tokens
from schema.common.accounts import AccountInfo, Accounts, CodeMismatch, WeakPassword, same_login
from schema.common.challenges import ChallengeRequired, Pending, Session, Steps
from schema.common.enums import Challenge
from schema.common.messages import ProblemCode
from schema.common.passwords import is_weak
from schema.common.problems import InvalidInput, Problem, outcome
from schema.common.totp import CODE_PROBLEMS, take_totp


@strawberry.type
class ChallengeExpired(Problem):
    """The session of the challenge is too old, was used, is another login's, or none at all: sign in again."""

    problem_code = ProblemCode.CHALLENGE_EXPIRED


@strawberry.input
class AnswerChallengeInput:
    """`login` as in `signIn`, `session` of the challenge, and as the challenge says `newPassword` or `code`."""

    login: str
    session: str
    new_password: str | None = None
    code: str | None = None


AnswerProblem = ChallengeExpired | CodeMismatch | WeakPassword | InvalidInput
AnswerChallengeResult = Annotated[
    Session | ChallengeRequired | AnswerProblem, strawberry.union("AnswerChallengeResult")
]

_PROBLEMS: Final[Mapping[str, type[AnswerProblem]]] = {
    "NotAuthorizedException": ChallengeExpired,
    "PasswordResetRequiredException": ChallengeExpired,
    "SoftwareTokenMFANotFoundException": ChallengeExpired,
    "UserNotConfirmedException": ChallengeExpired,
    "UserNotFoundException": ChallengeExpired,
}
_PASSWORD_PROBLEMS: Final[Mapping[str, type[AnswerProblem]]] = {
    **_PROBLEMS,
    "InvalidParameterException": WeakPassword,
    "InvalidPasswordException": WeakPassword,
    "PasswordHistoryPolicyViolationException": WeakPassword,
}
_CODE_PROBLEMS: Final[Mapping[str, type[AnswerProblem]]] = {**_PROBLEMS, **CODE_PROBLEMS}


async def answer_challenge(info: AccountInfo, input: AnswerChallengeInput) -> AnswerChallengeResult:
    """Take the step that signing in asked for; another one may follow."""
    accounts = info.context.accounts
    pending = _pending(accounts, input)
    return await _Answer(accounts=accounts, pending=pending)(input) if pending else ChallengeExpired()


def _pending(accounts: Accounts, input: AnswerChallengeInput) -> Pending | None:
    """Return what was sealed for this login: so each guess at a code counts as an attempt at that account."""
    content = accounts.secrets.unsealed(input.session, accounts.clock())
    pending = msgspec.json.decode(content, type=Pending) if content else None
    return pending if pending and pending.login == same_login(input.login) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """The answer to one pending challenge."""

    accounts: Accounts
    pending: Pending

    async def __call__(self, input: AnswerChallengeInput) -> Session | ChallengeRequired | AnswerProblem:
        """Give it to Cognito."""
        match self.pending.challenge:
            case Challenge.NEW_PASSWORD_REQUIRED:
                return await self._with_password(input.new_password)
            case Challenge.SOFTWARE_TOKEN_MFA | Challenge.MFA_SETUP:
                return await self._with_code(input.code)

    async def _with_password(self, password: str | None) -> Session | ChallengeRequired | AnswerProblem:
        if password is None:
            return InvalidInput()
        if is_weak(password):
            return WeakPassword()
        pending = self.pending
        call = self.accounts.cognito.answer_new_password(pending.username, pending.session, password)
        answer = await outcome(call, lambda answer: answer, _PASSWORD_PROBLEMS)
        return answer if isinstance(answer, Problem) else await self._steps().after(answer)

    async def _with_code(self, code: str | None) -> Session | ChallengeRequired | AnswerProblem:
        if code is None:
            return InvalidInput()
        answer = await outcome(self._shown(code), lambda answer: answer, _CODE_PROBLEMS)
        if isinstance(answer, Problem):
            return answer
        if self.pending.tokens:
            return Session.of(self.pending.tokens, self.pending.at)
        return await self._steps().after(answer, has_shown_code=True)

    async def _shown(self, code: str) -> Tokens | Asked:
        pending, cognito = self.pending, self.accounts.cognito
        if pending.tokens:
            await take_totp(self.accounts, pending.tokens.access_token, code)
            return pending.tokens
        if pending.challenge is Challenge.SOFTWARE_TOKEN_MFA:
            return await cognito.answer_totp(pending.username, pending.session, code)
        verified = await cognito.verify_totp(by_session(pending.session), code)
        return await cognito.answer_totp_set_up(pending.username, verified.session or pending.session)

    def _steps(self) -> Steps:
        return Steps(accounts=self.accounts, login=self.pending.login, username=self.pending.username)
