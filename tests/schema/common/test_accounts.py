import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

SIGN_IN = """mutation { it: signIn(input: {login: "carla@example.com", password: "secret"}) {
    __typename
    ... on Session { accessToken refreshToken expiresAt } ... on ChallengeRequired { challenge session }
    ... on Problem { code }
} }"""


async def test_a_session_ends_when_its_token_does(ask: Asking) -> None:
    ask.as_nobody = True
    session = {"accessToken": "access", "refreshToken": "refresh", "expiresAt": "2026-11-24T13:00:00Z"}
    assert await ask.erp(SIGN_IN) == ({"it": {"__typename": "Session", **session}}, {})


async def test_cognito_may_want_more(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.answers["cognito POST /"] = {"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "opaque"}
    challenge = {"challenge": "NEW_PASSWORD_REQUIRED", "session": "opaque"}
    assert await ask.erp(SIGN_IN) == ({"it": {"__typename": "ChallengeRequired", **challenge}}, {})


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        ("erp POST /logins", (404, "NOT_FOUND")),
        ("cognito POST /", (400, "NotAuthorizedException")),
        ("cognito POST /", (400, "UserNotConfirmedException")),
        ("cognito POST /", (400, "PasswordResetRequiredException")),
    ],
)
async def test_there_is_no_telling_why_one_cannot_sign_in(
    ask: Asking, downstreams: Downstreams, call: str, refusal: tuple[int, str]
) -> None:
    """An unknown login makes the same calls as a wrong password, and gets the same answer."""
    downstreams.refusals["cognito POST /"] = (400, "UserNotFoundException")
    downstreams.refusals[call] = refusal
    problem = {"__typename": "InvalidCredentials", "code": "INVALID_CREDENTIALS"}
    assert await ask.erp(SIGN_IN) == ({"it": problem}, {})
    assert downstreams.calls == {"erp POST /logins": 1, "cognito POST /": 1}


@pytest.mark.parametrize(
    ("refusal", "error"),
    [((400, "ResourceNotFoundException"), "UpstreamInvalid"), ((503, ""), "UpstreamUnavailable")],
)
async def test_cognitos_own_trouble_is_not_the_persons(
    ask: Asking, downstreams: Downstreams, refusal: tuple[int, str], error: str
) -> None:
    downstreams.refusals["cognito POST /"] = refusal
    assert await ask.erp(SIGN_IN) == (None, {"it": error})
