from collections.abc import AsyncIterator
from typing import Any, NoReturn

import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import get_session
from botocore.exceptions import ClientError

from clients.cognito.admin import CognitoAdmin
from clients.errors import (
    UpstreamError,
    UpstreamForbidden,
    UpstreamInvalid,
    UpstreamNotFound,
    UpstreamUnavailable,
)
from tests.services import emulators

pytestmark = pytest.mark.anyio

CREDENTIALS = {"region_name": "us-east-1", "aws_access_key_id": "test", "aws_secret_access_key": "test"}
EMAIL = "bruno@example.com"


@pytest.fixture(scope="module")
async def cognito_idp(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Any]:
    """Open a client of a Cognito emulator."""
    with emulators.ministack(tmp_path_factory.mktemp("cognito")) as url:
        async with get_session().create_client("cognito-idp", endpoint_url=url, **CREDENTIALS) as client:
            yield client


@pytest.fixture
async def pool_id(cognito_idp: Any) -> str:  # noqa: ANN401  aiobotocore clients have no type
    """Create a user pool of the test's own."""
    pool: str = (await cognito_idp.create_user_pool(PoolName="doctors"))["UserPool"]["Id"]
    return pool


async def test_an_invited_user_has_a_verified_email_and_a_password_to_change(cognito_idp: Any, pool_id: str) -> None:  # noqa: ANN401  as above
    admin = CognitoAdmin(cognito_idp, pool_id)
    await admin.invite("doc_bruno", EMAIL)
    await admin.invite("doc_bruno", "other@example.com")
    user = await cognito_idp.admin_get_user(UserPoolId=pool_id, Username="doc_bruno")
    attributes = {each["Name"]: each["Value"] for each in user["UserAttributes"]}
    assert (user["UserStatus"], user["Enabled"]) == ("FORCE_CHANGE_PASSWORD", True)
    assert (attributes["email"], attributes["email_verified"]) == (EMAIL, "true")


async def test_a_disabled_user_stays_disabled(cognito_idp: Any, pool_id: str) -> None:  # noqa: ANN401  as above
    admin = CognitoAdmin(cognito_idp, pool_id)
    await admin.invite("doc_bruno", EMAIL)
    await admin.disable("doc_bruno")
    await admin.disable("doc_bruno")
    await admin.invite("doc_bruno", EMAIL)
    assert not (await cognito_idp.admin_get_user(UserPoolId=pool_id, Username="doc_bruno"))["Enabled"]


async def test_an_unknown_user_is_not_found(cognito_idp: Any, pool_id: str) -> None:  # noqa: ANN401  as above
    with pytest.raises(UpstreamNotFound, match="cognito: UserNotFoundException"):
        await CognitoAdmin(cognito_idp, pool_id).disable("doc_nobody")


async def test_a_cognito_that_is_not_there_is_unavailable() -> None:
    once = AioConfig(retries={"max_attempts": 0})
    absent = get_session().create_client("cognito-idp", endpoint_url="http://127.0.0.1:9", config=once, **CREDENTIALS)
    async with absent as client:
        with pytest.raises(UpstreamUnavailable):
            await CognitoAdmin(client, "us-east-1_absent").disable("doc_bruno")


@pytest.mark.parametrize(
    ("code", "status", "error"),
    [
        ("InternalErrorException", 500, UpstreamUnavailable),
        ("TooManyRequestsException", 400, UpstreamUnavailable),
        ("NotAuthorizedException", 400, UpstreamForbidden),
        ("ResourceNotFoundException", 400, UpstreamNotFound),
        ("InvalidParameterException", 400, UpstreamInvalid),
    ],
)
async def test_cognitos_refusals_carry_its_code_and_nothing_of_the_user(
    code: str, status: int, error: type[UpstreamError]
) -> None:
    class Refusing:
        async def admin_create_user(self, **_: object) -> NoReturn:
            answer = {"Error": {"Code": code, "Message": EMAIL}, "ResponseMetadata": {"HTTPStatusCode": status}}
            raise ClientError(answer, "AdminCreateUser")

    with pytest.raises(error) as refusal:
        await CognitoAdmin(Refusing(), "us-east-1_pool").invite("doc_bruno", EMAIL)
    assert str(refusal.value) == f"cognito: {code}"
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__
