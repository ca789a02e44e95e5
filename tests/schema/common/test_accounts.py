"""Signing in tells nobody who has an account: neither by its answer nor by what it does."""

from collections.abc import Mapping

import pytest

from schema.common.principals import Audience
from tests.schema.asking import SECRETS, Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

LOGIN = "carla@example.com"
SIGN_IN = f"""mutation {{ it: signIn(input: {{login: "{LOGIN}", password: "secret"}}) {{
    __typename
    ... on Session {{ accessToken refreshToken expiresAt }}
    ... on Problem {{ code }}
}} }}"""
LOGINS: Mapping[Audience, str] = {"patient": "records", "doctor": "erp", "erp": "erp"}


async def test_a_session_ends_when_its_token_does(ask: Asking) -> None:
    ask.as_nobody = True
    session = {"accessToken": "access", "refreshToken": "refresh", "expiresAt": "2026-11-24T13:00:00Z"}
    assert await ask.erp(SIGN_IN) == ({"it": {"__typename": "Session", **session}}, {})


@pytest.mark.parametrize("audience", LOGINS)
@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        ("logins", (404, "NOT_FOUND")),
        ("logins", (422, "INVALID_REQUEST")),
        ("cognito InitiateAuth", (400, "NotAuthorizedException")),
        ("cognito InitiateAuth", (400, "UserNotFoundException")),
        ("cognito InitiateAuth", (400, "UserNotConfirmedException")),
        ("cognito InitiateAuth", (400, "PasswordResetRequiredException")),
        ("cognito InitiateAuth", (400, "InvalidParameterException")),
    ],
)
async def test_there_is_no_telling_why_one_cannot_sign_in(
    ask: Asking, downstreams: Downstreams, audience: Audience, call: str, refusal: tuple[int, str]
) -> None:
    """An unknown login makes the same calls as a wrong password, and gets the same answer."""
    directory = f"{LOGINS[audience]} POST /logins"
    downstreams.refusals["cognito InitiateAuth"] = (400, "NotAuthorizedException")
    downstreams.refusals[directory if call == "logins" else call] = refusal
    problem = {"__typename": "InvalidCredentials", "code": "INVALID_CREDENTIALS"}
    assert await getattr(ask, audience)(SIGN_IN) == ({"it": problem}, {})
    assert downstreams.calls == {directory: 1, "cognito POST /": 1}


async def test_an_unknown_login_signs_in_as_a_stranger_of_its_own(ask: Asking, downstreams: Downstreams) -> None:
    """Cognito sees no login, and always the same username for one: whatever it counts, it counts alike."""
    downstreams.refusals["erp POST /logins"] = (404, "NOT_FOUND")
    await ask.erp(SIGN_IN)
    sent = downstreams.sent["cognito InitiateAuth"]["AuthParameters"]
    assert sent == {"USERNAME": SECRETS.stranger("erp", LOGIN), "PASSWORD": "secret"}
    await ask.erp(SIGN_IN.replace(LOGIN, f" {LOGIN.upper()} "))
    assert downstreams.sent["cognito InitiateAuth"]["AuthParameters"] == sent


@pytest.mark.parametrize(
    ("refusal", "error"),
    [
        ((400, "ResourceNotFoundException"), "UpstreamInvalid"),
        ((400, "TooManyRequestsException"), "UpstreamUnavailable"),
        ((503, ""), "UpstreamUnavailable"),
    ],
)
async def test_cognitos_own_trouble_is_not_the_persons(
    ask: Asking, downstreams: Downstreams, refusal: tuple[int, str], error: str
) -> None:
    downstreams.refusals["cognito POST /"] = refusal
    assert await ask.erp(SIGN_IN) == (None, {"it": error})


async def test_without_the_directory_nobody_signs_in(ask: Asking, downstreams: Downstreams) -> None:
    """An outage is no unknown login: nobody is told that a password is wrong."""
    downstreams.down = {"erp"}
    assert await ask.erp(SIGN_IN) == (None, {"it": "UpstreamUnavailable"})
