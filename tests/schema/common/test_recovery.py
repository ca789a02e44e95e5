"""A forgotten password, a code that did not arrive: the same answer and the same calls, account or none."""

import pytest

from schema.common.principals import Audience
from tests.schema.asking import SECRETS, Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

LOGIN = "ana@example.com"
FORGOT = """mutation It($login: String!) { it: forgotPassword(input: {login: $login}) {
    __typename ... on CodeSent { validMinutes } ... on Problem { code }
} }"""
RESEND = FORGOT.replace("forgotPassword", "resendConfirmation")
RESET = """mutation It($password: String!) {
    it: resetPassword(input: {login: "ana@example.com", code: "654321", newPassword: $password}) {
        __typename ... on PasswordReset { resetAt } ... on Problem { code }
    }
}"""
PASSWORD = "HealthMed-2027!"
AUDIENCES: tuple[Audience, ...] = ("patient", "doctor", "erp")
DIRECTORIES = {"patient": "records POST /logins", "doctor": "erp POST /logins", "erp": "erp POST /logins"}
MAILS = [(FORGOT, "ForgotPassword", 60), (RESEND, "ResendConfirmationCode", 1440)]
# What Cognito says of an account that is there: it got too many mails, is disabled, is confirmed, has no address ...
TELLING = [
    "CodeDeliveryFailureException",
    "InvalidParameterException",
    "LimitExceededException",
    "NotAuthorizedException",
    "UserNotFoundException",
]


@pytest.mark.parametrize(("mutation", "operation", "minutes"), MAILS)
@pytest.mark.parametrize("refusal", [None, *TELLING])
async def test_the_answer_is_the_same_whatever_cognito_says(  # noqa: PLR0913, PLR0917  a row of the table
    ask: Asking, downstreams: Downstreams, mutation: str, operation: str, minutes: int, refusal: str | None
) -> None:
    if refusal:
        downstreams.refusals[f"cognito {operation}"] = (400, refusal)
    answer = await ask.patient(mutation, login=LOGIN)
    assert answer == ({"it": {"__typename": "CodeSent", "validMinutes": minutes}}, {})
    assert downstreams.calls == {"records POST /logins": 1, "cognito POST /": 1}
    assert downstreams.operations == [operation]


@pytest.mark.parametrize(("mutation", "operation", "minutes"), MAILS)
async def test_an_unknown_login_makes_the_same_calls(
    ask: Asking, downstreams: Downstreams, mutation: str, operation: str, minutes: int
) -> None:
    downstreams.refusals["records POST /logins"] = (404, "NOT_FOUND")
    answer = await ask.patient(mutation, login=LOGIN)
    assert answer == ({"it": {"__typename": "CodeSent", "validMinutes": minutes}}, {})
    assert downstreams.calls == {"records POST /logins": 1, "cognito POST /": 1}
    sent = downstreams.sent[f"cognito {operation}"]
    assert sent == {"ClientId": "client", "Username": SECRETS.stranger("patient", LOGIN)}


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_each_audience_forgets_its_own_password(
    ask: Asking, downstreams: Downstreams, audience: Audience
) -> None:
    ask.as_nobody = True
    answer = await getattr(ask, audience)(FORGOT, login=LOGIN)
    assert answer == ({"it": {"__typename": "CodeSent", "validMinutes": 60}}, {})
    assert downstreams.calls == {DIRECTORIES[audience]: 1, "cognito POST /": 1}


@pytest.mark.parametrize("login", ["", "  ", "a" * 255])
@pytest.mark.parametrize("mutation", [FORGOT, RESEND])
async def test_what_nobody_can_have_as_a_login_is_told(
    ask: Asking, downstreams: Downstreams, mutation: str, login: str
) -> None:
    assert await ask.patient(mutation, login=login) == (
        {"it": {"__typename": "InvalidInput", "code": "INVALID_INPUT"}},
        {},
    )
    assert not downstreams.calls


@pytest.mark.parametrize(
    ("refusal", "error"),
    [((400, "ResourceNotFoundException"), "UpstreamInvalid"), ((503, ""), "UpstreamUnavailable")],
)
@pytest.mark.parametrize("mutation", [FORGOT, RESEND])
async def test_nobody_waits_for_a_mail_that_cannot_come(
    ask: Asking, downstreams: Downstreams, mutation: str, refusal: tuple[int, str], error: str
) -> None:
    """Cognito's own trouble is everybody's: it tells nothing of an account."""
    downstreams.refusals["cognito POST /"] = refusal
    assert await ask.patient(mutation, login=LOGIN) == (None, {"it": error})


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_the_mailed_code_sets_a_password(ask: Asking, downstreams: Downstreams, audience: Audience) -> None:
    answer = await getattr(ask, audience)(RESET, password=PASSWORD)
    assert answer == ({"it": {"__typename": "PasswordReset", "resetAt": "2026-11-24T12:00:00Z"}}, {})
    sent = downstreams.sent["cognito ConfirmForgotPassword"]
    assert (sent["ConfirmationCode"], sent["Password"]) == ("654321", PASSWORD)


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        ("records POST /logins", (404, "NOT_FOUND")),
        ("cognito ConfirmForgotPassword", (400, "ExpiredCodeException")),
        ("cognito ConfirmForgotPassword", (400, "LimitExceededException")),
        ("cognito ConfirmForgotPassword", (400, "TooManyFailedAttemptsException")),
        ("cognito ConfirmForgotPassword", (400, "NotAuthorizedException")),
        ("cognito ConfirmForgotPassword", (400, "UserNotConfirmedException")),
        ("cognito ConfirmForgotPassword", (400, "UserNotFoundException")),
        ("cognito ConfirmForgotPassword", (400, "InvalidParameterException")),
    ],
)
async def test_there_is_no_telling_why_a_code_does_not_count(
    ask: Asking, downstreams: Downstreams, call: str, refusal: tuple[int, str]
) -> None:
    downstreams.refusals["cognito ConfirmForgotPassword"] = (400, "CodeMismatchException")
    downstreams.refusals[call] = refusal
    answer = await ask.patient(RESET, password=PASSWORD)
    assert answer == ({"it": {"__typename": "CodeMismatch", "code": "CODE_MISMATCH"}}, {})
    assert downstreams.calls == {"records POST /logins": 1, "cognito POST /": 1}


async def test_a_weak_password_is_told_before_anybody_is_asked(ask: Asking, downstreams: Downstreams) -> None:
    """Cognito might judge the password first for who has an account, and the code for who has none."""
    answer = await ask.patient(RESET, password="too-weak")
    assert answer == ({"it": {"__typename": "WeakPassword", "code": "WEAK_PASSWORD"}}, {})
    assert not downstreams.calls


@pytest.mark.parametrize("refusal", ["InvalidPasswordException", "PasswordHistoryPolicyViolationException"])
async def test_a_password_of_before_is_as_weak(ask: Asking, downstreams: Downstreams, refusal: str) -> None:
    downstreams.refusals["cognito ConfirmForgotPassword"] = (400, refusal)
    data, _ = await ask.patient(RESET, password=PASSWORD)
    assert data == {"it": {"__typename": "WeakPassword", "code": "WEAK_PASSWORD"}}
