"""From a right password to a session, step by step."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import TOKENS, Downstreams

pytestmark = pytest.mark.anyio

LOGIN = "carla@example.com"
PASSWORD = "HealthMed-2027!"
FIELDS = """{ __typename ... on Session { accessToken refreshToken expiresAt } ... on Problem { code }
    ... on ChallengeRequired { challenge session totp { secret uri } } }"""
SIGN_IN = f'mutation {{ it: signIn(input: {{login: "{LOGIN}", password: "secret"}}) {FIELDS} }}'
ANSWER = f"mutation Answer($input: AnswerChallengeInput!) {{ it: answerChallenge(input: $input) {FIELDS} }}"
SESSION = {
    "__typename": "Session",
    "accessToken": "access",
    "refreshToken": "refresh",
    "expiresAt": "2026-11-24T13:00:00Z",
}
TOTP = {
    "secret": "JBSWY3DPEHPK3PXP",
    "uri": "otpauth://totp/HealthMed%3Acarla%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=HealthMed",
}


def wants(challenge: str) -> Mapping[str, str]:
    """Return a challenge as Cognito gives it; its session has the challenge's name."""
    return {"ChallengeName": challenge, "Session": f"cognitos-session-of-{challenge}"}


async def signed_in(ask: Asking) -> Any:  # noqa: ANN401  JSON
    data, errors = await ask.erp(SIGN_IN)
    assert errors == {}
    assert data is not None
    return data["it"]


async def answered(ask: Asking, session: str, **given: object) -> Any:  # noqa: ANN401  JSON
    data, errors = await ask.erp(ANSWER, input={"login": LOGIN, "session": session, **given})
    assert errors == {}
    assert data is not None
    return data["it"]


@pytest.fixture(autouse=True)
def software_token(downstreams: Downstreams) -> None:
    downstreams.answers["cognito AssociateSoftwareToken"] = {"SecretCode": TOTP["secret"], "Session": "associated"}
    downstreams.answers["cognito VerifySoftwareToken"] = {"Status": "SUCCESS", "Session": "verified"}


async def test_a_temporary_password_is_replaced(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.answers["cognito InitiateAuth"] = wants("NEW_PASSWORD_REQUIRED")
    asked = await signed_in(ask)
    assert (asked["challenge"], asked["totp"]) == ("NEW_PASSWORD_REQUIRED", None)
    assert await answered(ask, asked["session"], newPassword=PASSWORD) == SESSION
    assert downstreams.sent["cognito RespondToAuthChallenge"] == {
        "ClientId": "client",
        "ChallengeName": "NEW_PASSWORD_REQUIRED",
        "Session": "cognitos-session-of-NEW_PASSWORD_REQUIRED",
        "ChallengeResponses": {"USERNAME": "doc_1", "NEW_PASSWORD": PASSWORD},
    }


@pytest.mark.parametrize("totp_required", [False, True])
async def test_an_authenticator_shows_its_code(ask: Asking, downstreams: Downstreams, *, totp_required: bool) -> None:
    """Who has shown a code gets a session, whatever the setting says."""
    ask.totp_required = totp_required
    downstreams.answers["cognito InitiateAuth"] = wants("SOFTWARE_TOKEN_MFA")
    asked = await signed_in(ask)
    assert (asked["challenge"], asked["totp"]) == ("SOFTWARE_TOKEN_MFA", None)
    assert await answered(ask, asked["session"], code="123456") == SESSION
    responses = downstreams.sent["cognito RespondToAuthChallenge"]["ChallengeResponses"]
    assert responses == {"USERNAME": "doc_1", "SOFTWARE_TOKEN_MFA_CODE": "123456"}


async def test_a_pool_that_wants_an_authenticator_gets_one(ask: Asking, downstreams: Downstreams) -> None:
    """As a pool with MFA on asks: the secret, a code of it, and the session that the code opens."""
    downstreams.answers["cognito InitiateAuth"] = wants("MFA_SETUP")
    asked = await signed_in(ask)
    assert (asked["challenge"], asked["totp"]) == ("MFA_SETUP", TOTP)
    assert downstreams.sent["cognito AssociateSoftwareToken"] == {"Session": "cognitos-session-of-MFA_SETUP"}
    assert await answered(ask, asked["session"], code="123456") == SESSION
    assert downstreams.sent["cognito VerifySoftwareToken"] == {"Session": "associated", "UserCode": "123456"}
    assert downstreams.sent["cognito RespondToAuthChallenge"]["Session"] == "verified"
    assert downstreams.sent["cognito RespondToAuthChallenge"]["ChallengeResponses"] == {"USERNAME": "doc_1"}


async def test_the_setting_wants_an_authenticator_where_the_pool_does_not(
    ask: Asking, downstreams: Downstreams
) -> None:
    """The tokens that Cognito has given are kept back, sealed, until there is a code."""
    ask.totp_required = True
    asked = await signed_in(ask)
    assert (asked["challenge"], asked["totp"]) == ("MFA_SETUP", TOTP)
    assert downstreams.sent["cognito AssociateSoftwareToken"] == {"AccessToken": "access"}
    assert downstreams.operations == ["InitiateAuth", "AssociateSoftwareToken"]
    ask.now += timedelta(minutes=5)
    assert await answered(ask, asked["session"], code="123456") == SESSION
    assert downstreams.operations[2:] == ["VerifySoftwareToken", "SetUserMFAPreference"]
    assert downstreams.sent["cognito SetUserMFAPreference"] == {
        "AccessToken": "access",
        "SoftwareTokenMfaSettings": {"Enabled": True, "PreferredMfa": True},
    }


async def test_a_step_may_lead_to_another(ask: Asking, downstreams: Downstreams) -> None:
    """A new admin chooses a password, then sets up an authenticator; only the code opens the session."""
    ask.totp_required = True
    downstreams.answers["cognito InitiateAuth"] = wants("NEW_PASSWORD_REQUIRED")
    first = await signed_in(ask)
    second = await answered(ask, first["session"], newPassword=PASSWORD)
    assert (second["challenge"], second["totp"]) == ("MFA_SETUP", TOTP)
    assert await answered(ask, second["session"], code="123456") == SESSION


@pytest.mark.parametrize(
    ("challenge", "given", "refusal", "problem"),
    [
        ("SOFTWARE_TOKEN_MFA", {"code": "1"}, "CodeMismatchException", "CodeMismatch"),
        ("SOFTWARE_TOKEN_MFA", {"code": "1"}, "ExpiredCodeException", "CodeMismatch"),
        ("SOFTWARE_TOKEN_MFA", {"code": "1"}, "InvalidParameterException", "CodeMismatch"),
        ("SOFTWARE_TOKEN_MFA", {"code": "1"}, "NotAuthorizedException", "ChallengeExpired"),
        ("SOFTWARE_TOKEN_MFA", {"code": "1"}, "UserNotFoundException", "ChallengeExpired"),
        ("NEW_PASSWORD_REQUIRED", {"newPassword": PASSWORD}, "InvalidPasswordException", "WeakPassword"),
        ("NEW_PASSWORD_REQUIRED", {"newPassword": PASSWORD}, "PasswordHistoryPolicyViolationException", "WeakPassword"),
        ("NEW_PASSWORD_REQUIRED", {"newPassword": PASSWORD}, "NotAuthorizedException", "ChallengeExpired"),
    ],
)
async def test_an_answer_may_be_refused(  # noqa: PLR0913, PLR0917  a row of the table
    ask: Asking, downstreams: Downstreams, challenge: str, given: dict[str, str], refusal: str, problem: str
) -> None:
    downstreams.answers["cognito InitiateAuth"] = wants(challenge)
    downstreams.refusals["cognito RespondToAuthChallenge"] = (400, refusal)
    asked = await signed_in(ask)
    assert (await answered(ask, asked["session"], **given))["__typename"] == problem


@pytest.mark.parametrize("refusal", ["EnableSoftwareTokenMFAException", "CodeMismatchException"])
@pytest.mark.parametrize("totp_required", [False, True])
async def test_a_wrong_first_code_may_be_tried_again(
    ask: Asking, downstreams: Downstreams, refusal: str, *, totp_required: bool
) -> None:
    ask.totp_required = totp_required
    if not totp_required:
        downstreams.answers["cognito InitiateAuth"] = wants("MFA_SETUP")
    asked = await signed_in(ask)
    downstreams.refusals["cognito VerifySoftwareToken"] = (400, refusal)
    assert (await answered(ask, asked["session"], code="000000"))["__typename"] == "CodeMismatch"
    downstreams.refusals.clear()
    assert await answered(ask, asked["session"], code="123456") == SESSION


@pytest.mark.parametrize(
    ("challenge", "given", "problem"),
    [
        ("NEW_PASSWORD_REQUIRED", {"code": "123456"}, "InvalidInput"),
        ("NEW_PASSWORD_REQUIRED", {"newPassword": "weak"}, "WeakPassword"),
        ("SOFTWARE_TOKEN_MFA", {"newPassword": PASSWORD}, "InvalidInput"),
        ("MFA_SETUP", {}, "InvalidInput"),
    ],
)
async def test_what_is_no_answer_to_the_challenge_calls_nobody(
    ask: Asking, downstreams: Downstreams, challenge: str, given: dict[str, str], problem: str
) -> None:
    downstreams.answers["cognito InitiateAuth"] = wants(challenge)
    asked = await signed_in(ask)
    downstreams.calls.clear()
    assert (await answered(ask, asked["session"], **given))["__typename"] == problem
    assert not downstreams.calls


async def test_a_challenge_is_over_after_a_quarter_of_an_hour(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.answers["cognito InitiateAuth"] = wants("SOFTWARE_TOKEN_MFA")
    asked = await signed_in(ask)
    ask.now += timedelta(minutes=15, seconds=1)
    downstreams.calls.clear()
    assert (await answered(ask, asked["session"], code="123456"))["code"] == "CHALLENGE_EXPIRED"
    assert not downstreams.calls


@pytest.mark.parametrize("session", ["", "x", "cognitos-session-of-SOFTWARE_TOKEN_MFA"])
async def test_nobody_makes_a_challenge_of_their_own(ask: Asking, downstreams: Downstreams, session: str) -> None:
    """Cognito's own session is none of ours: it would not say whose it is."""
    assert (await answered(ask, session, code="123456"))["code"] == "CHALLENGE_EXPIRED"
    assert not downstreams.calls


async def test_guesses_are_counted_at_the_account_whose_challenge_it_is(ask: Asking, downstreams: Downstreams) -> None:
    """With another login, which would be another account to the rate limits, the session is worth nothing."""
    downstreams.answers["cognito InitiateAuth"] = wants("SOFTWARE_TOKEN_MFA")
    asked = await signed_in(ask)
    downstreams.calls.clear()
    other = await answered(ask, asked["session"], login="somebody@example.com", code="123456")
    assert other["code"] == "CHALLENGE_EXPIRED"
    assert not downstreams.calls
    assert await answered(ask, asked["session"], login=f" {LOGIN.upper()}", code="123456") == SESSION


async def test_what_is_kept_back_is_not_to_be_read(ask: Asking) -> None:
    """Neither tokens nor usernames of a challenge are shown to who carries it."""
    ask.totp_required = True
    tokens = {**TOKENS["AuthenticationResult"], "AccessToken": "a-token-that-nobody-sees"}
    ask.downstreams.answers["cognito InitiateAuth"] = {"AuthenticationResult": tokens}
    asked = await signed_in(ask)
    assert "nobody-sees" not in str(asked)
    assert "doc_1" not in str(asked)
