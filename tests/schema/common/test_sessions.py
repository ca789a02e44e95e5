import pytest

from schema.common.principals import Audience
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

Answered = tuple[dict[str, dict[str, str]], dict[str, str]]

REFRESH = """mutation { it: refreshSession(input: {refreshToken: "old"}) {
    __typename ... on Session { accessToken refreshToken expiresAt } ... on Problem { code message }
} }"""
SIGN_OUT = "mutation Out($input: SignOutInput!) { it: signOut(input: $input) { __typename ... on Problem { code } } }"
SIGNED_OUT: Answered = ({"it": {"__typename": "SignedOut"}}, {})
ENDED: Answered = ({"it": {"__typename": "SessionEnded", "code": "SESSION_ENDED"}}, {})
AUDIENCES: tuple[Audience, ...] = ("patient", "doctor", "erp")


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_a_session_goes_on(ask: Asking, downstreams: Downstreams, audience: Audience) -> None:
    ask.as_nobody = True
    downstreams.answers["cognito GetTokensFromRefreshToken"] = {
        "AuthenticationResult": {"AccessToken": "new", "ExpiresIn": 3600}
    }
    session = {"accessToken": "new", "refreshToken": "old", "expiresAt": "2026-11-24T13:00:00Z"}
    assert await getattr(ask, audience)(REFRESH) == ({"it": {"__typename": "Session", **session}}, {})
    assert downstreams.sent["cognito GetTokensFromRefreshToken"] == {"ClientId": "client", "RefreshToken": "old"}
    assert downstreams.calls == {"cognito POST /": 1}


@pytest.mark.parametrize("refusal", ["NotAuthorizedException", "UserNotFoundException", "InvalidParameterException"])
async def test_a_session_that_was_ended_does_not_go_on(ask: Asking, downstreams: Downstreams, refusal: str) -> None:
    downstreams.refusals["cognito GetTokensFromRefreshToken"] = (400, refusal)
    problem = {"code": "SESSION_ENDED", "message": "Your session has ended. Sign in again."}
    assert await ask.patient(REFRESH) == ({"it": {"__typename": "SessionEnded", **problem}}, {})


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_signing_out_ends_all_sessions(ask: Asking, downstreams: Downstreams, audience: Audience) -> None:
    assert await getattr(ask, audience)(SIGN_OUT, input={}) == SIGNED_OUT
    assert downstreams.operations == ["GlobalSignOut"]
    assert downstreams.sent["cognito GlobalSignOut"] == {"AccessToken": "own-token"}


async def test_signing_out_of_one_session_leaves_the_others(ask: Asking, downstreams: Downstreams) -> None:
    assert await ask.patient(SIGN_OUT, input={"refreshToken": "of this device"}) == SIGNED_OUT
    assert downstreams.operations == ["RevokeToken"]
    assert downstreams.sent["cognito RevokeToken"] == {"ClientId": "client", "Token": "of this device"}


@pytest.mark.parametrize(
    ("given", "operation", "refusal"),
    [
        ({}, "GlobalSignOut", "NotAuthorizedException"),
        ({"refreshToken": "x"}, "RevokeToken", "UnsupportedTokenTypeException"),
        ({"refreshToken": "x"}, "RevokeToken", "UnauthorizedException"),
        ({"refreshToken": "x"}, "RevokeToken", "InvalidParameterException"),
    ],
)
async def test_signing_out_twice_says_so(
    ask: Asking, downstreams: Downstreams, given: dict[str, str], operation: str, refusal: str
) -> None:
    downstreams.refusals[f"cognito {operation}"] = (400, refusal)
    assert await ask.doctor(SIGN_OUT, input=given) == ENDED


@pytest.mark.parametrize("given", [{}, {"refreshToken": "x"}])
async def test_nobody_signs_nobody_out(ask: Asking, downstreams: Downstreams, given: dict[str, str]) -> None:
    """Admission refuses first; should it ever not, the graph does, and calls nobody."""
    ask.as_nobody = True
    assert await ask.patient(SIGN_OUT, input=given) == (None, {"it": "Unauthenticated"})
    assert not downstreams.calls
