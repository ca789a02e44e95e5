"""What we send is held against AWS's own description of Cognito, as botocore ships it: the emulator is laxer."""

import json
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from typing import Any

import httpx
import pytest
from botocore.model import ServiceModel
from botocore.session import get_session
from botocore.validate import ParamValidator

from clients.cognito.client import CognitoClient, by_session, by_token
from clients.cognito.models import Asked, Challenge, SoftwareToken, Tokens, Verification
from clients.errors import UpstreamContract, UpstreamInvalid, UpstreamUnavailable

pytestmark = pytest.mark.anyio

USERNAME = "pat_01k00000000000000000000ana"
PASSWORD = "HealthMed-2026!"
SESSION = "AYABeMHU-a-session-of-cognito"
SECRET = "JBSWY3DPEHPK3PXP"
GIVEN = {"AccessToken": "access", "ExpiresIn": 3600, "IdToken": "id", "RefreshToken": "refresh", "TokenType": "Bearer"}
TOKENS = Tokens("access", 3600, "refresh")

Call = Callable[[CognitoClient], Awaitable[object]]
# Each call of the client: Cognito's operation, an answer of the documented form, and what the client makes of it.
CALLS: Mapping[str, tuple[Call, str, Mapping[str, Any], object]] = {
    "sign_in": (lambda c: c.sign_in(USERNAME, PASSWORD), "InitiateAuth", {"AuthenticationResult": GIVEN}, TOKENS),
    "refresh": (
        lambda c: c.refresh("refresh"),
        "GetTokensFromRefreshToken",
        {"AuthenticationResult": GIVEN},
        TOKENS,
    ),
    "answer_new_password": (
        lambda c: c.answer_new_password(USERNAME, SESSION, PASSWORD),
        "RespondToAuthChallenge",
        {"ChallengeName": "MFA_SETUP", "Session": SESSION, "ChallengeParameters": {"MFAS_CAN_SETUP": "[]"}},
        Asked(Challenge.MFA_SETUP, SESSION),
    ),
    "answer_totp": (
        lambda c: c.answer_totp(USERNAME, SESSION, "123456"),
        "RespondToAuthChallenge",
        {"AuthenticationResult": GIVEN},
        TOKENS,
    ),
    "answer_totp_set_up": (
        lambda c: c.answer_totp_set_up(USERNAME, SESSION),
        "RespondToAuthChallenge",
        {"AuthenticationResult": GIVEN},
        TOKENS,
    ),
    "associate_totp by a token": (
        lambda c: c.associate_totp(by_token("access")),
        "AssociateSoftwareToken",
        {"SecretCode": SECRET},
        SoftwareToken(SECRET),
    ),
    "associate_totp by a session": (
        lambda c: c.associate_totp(by_session(SESSION)),
        "AssociateSoftwareToken",
        {"SecretCode": SECRET, "Session": SESSION},
        SoftwareToken(SECRET, SESSION),
    ),
    "verify_totp by a token": (
        lambda c: c.verify_totp(by_token("access"), "123456"),
        "VerifySoftwareToken",
        {"Status": "SUCCESS"},
        Verification("SUCCESS"),
    ),
    "verify_totp by a session": (
        lambda c: c.verify_totp(by_session(SESSION), "123456"),
        "VerifySoftwareToken",
        {"Status": "SUCCESS", "Session": SESSION},
        Verification("SUCCESS", SESSION),
    ),
    "prefer_totp": (lambda c: c.prefer_totp("access"), "SetUserMFAPreference", {}, None),
    "sign_out_everywhere": (lambda c: c.sign_out_everywhere("access"), "GlobalSignOut", {}, None),
    "revoke": (lambda c: c.revoke("refresh"), "RevokeToken", {}, None),
    "still_valid": (
        lambda c: c.still_valid("access"),
        "GetUser",
        {"Username": USERNAME, "UserAttributes": [{"Name": "email", "Value": "ana@example.com"}]},
        True,
    ),
    "sign_up": (
        lambda c: c.sign_up(USERNAME, PASSWORD, "ana@example.com"),
        "SignUp",
        {"UserConfirmed": False, "UserSub": "7d8c"},
        None,
    ),
    "confirm_sign_up": (lambda c: c.confirm_sign_up(USERNAME, "123456"), "ConfirmSignUp", {}, True),
    "resend_code": (lambda c: c.resend_code(USERNAME), "ResendConfirmationCode", {"CodeDeliveryDetails": {}}, None),
    "forgot_password": (lambda c: c.forgot_password(USERNAME), "ForgotPassword", {"CodeDeliveryDetails": {}}, None),
    "reset_password": (
        lambda c: c.reset_password(USERNAME, "654321", PASSWORD),
        "ConfirmForgotPassword",
        {},
        None,
    ),
}


@cache
def documented() -> ServiceModel:
    return get_session().get_service_model("cognito-idp")


def client(answer: httpx.Response, calls: list[httpx.Request]) -> CognitoClient:
    def answered(request: httpx.Request) -> httpx.Response:
        calls.append(request)
        return answer

    http = httpx.AsyncClient(transport=httpx.MockTransport(answered))
    return CognitoClient(http=http, url="http://cognito.test/", client_id="3n4b5urk")


@pytest.mark.parametrize(("call", "operation", "answer", "made"), CALLS.values(), ids=CALLS.keys())
async def test_a_call_is_what_aws_describes(
    call: Call, operation: str, answer: Mapping[str, Any], made: object
) -> None:
    """Its operation, its members and their lengths; what comes back is read."""
    calls: list[httpx.Request] = []
    assert await call(client(httpx.Response(200, json=answer), calls)) == made
    (sent,) = calls
    assert sent.headers["x-amz-target"] == f"AWSCognitoIdentityProviderService.{operation}"
    shape = documented().operation_model(operation).input_shape
    assert shape is not None
    body = json.loads(sent.content)
    assert ParamValidator().validate(body, shape).generate_report() == ""
    assert body.keys() <= shape.members.keys()


async def test_a_refresh_token_stays_good_where_no_new_one_comes() -> None:
    answer = httpx.Response(200, json={"AuthenticationResult": {"AccessToken": "new", "ExpiresIn": 3600}})
    assert await client(answer, []).refresh("old") == Tokens("new", 3600, "old")


async def test_a_refresh_token_leads_to_no_challenge() -> None:
    answer = httpx.Response(200, json={"ChallengeName": "MFA_SETUP", "Session": SESSION})
    with pytest.raises(UpstreamContract):
        await client(answer, []).refresh("old")


async def test_an_error_of_the_verification_is_a_wrong_code() -> None:
    answer = httpx.Response(200, json={"Status": "ERROR"})
    with pytest.raises(UpstreamInvalid) as refused:
        await client(answer, []).verify_totp(by_token("access"), "123456")
    assert refused.value.code == "EnableSoftwareTokenMFAException"


async def test_the_days_mail_that_is_used_up_is_no_fault_of_a_registration() -> None:
    answer = httpx.Response(400, json={"__type": "LimitExceededException"})
    with pytest.raises(UpstreamUnavailable):
        await client(answer, []).sign_up(USERNAME, PASSWORD, "ana@example.com")


@pytest.mark.parametrize(
    ("status", "kind", "valid"),
    [
        (400, "NotAuthorizedException", False),
        (400, "UserNotFoundException", False),
        (400, "UserNotConfirmedException", False),
        (400, "PasswordResetRequiredException", False),
        (400, "TooManyRequestsException", True),
        (400, "ForbiddenException", True),
        (400, "ResourceNotFoundException", True),
        (500, "InternalErrorException", True),
        (302, "", True),
    ],
)
async def test_a_token_is_good_until_cognito_says_otherwise(status: int, kind: str, *, valid: bool) -> None:
    """An outage ends nobody's connection."""
    assert await client(httpx.Response(status, json={"__type": kind}), []).still_valid("access") is valid


async def test_a_cognito_that_does_not_answer_ends_nothing() -> None:
    def broken(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError(SECRET)

    http = httpx.AsyncClient(transport=httpx.MockTransport(broken))
    assert await CognitoClient(http=http, url="http://cognito.test/", client_id="c").still_valid("access")
