from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.people import ANA, AUDIENCES, PASSWORD, Audience
from services.common.aws import aws_client
from tests.journeys.graph import NOBODY, GraphOf
from tests.platform import Platform

pytestmark = [pytest.mark.anyio, pytest.mark.platform]

ME = "{ me { id } }"


def _claims(token: str) -> dict[str, Any]:
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def _forged(token: str, **changes: object) -> str:
    """Sign a real token's claims, changed, with a key of our own under the pool's key id."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return jwt.encode(
        {**_claims(token), **changes}, key, "RS256", headers={"kid": jwt.get_unverified_header(token)["kid"]}
    )


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_only_tokens_of_the_own_pool_open_an_endpoint(
    platform: Platform, graph: GraphOf, audience: Audience
) -> None:
    """The pool's own token is accepted; another pool's, a forged, an unsigned or a cut one, and none, are all 401."""
    own = platform.token(audience)
    nobody = graph(audience, NOBODY)
    assert (await nobody.signed_in(own).ask(ME))["me"]["id"]
    strangers = [platform.token(other) for other in AUDIENCES if other != audience]
    unsigned = jwt.encode(_claims(own), "", "none")
    past = int((datetime.now(UTC) - timedelta(hours=1)).timestamp())
    bad = [*strangers, unsigned, _forged(own), _forged(own, exp=past), own[:-4], f"{own}x", "x", ""]
    answers = [await nobody.signed_in(token).send(ME) for token in bad if token]
    answers.append(await nobody.send(ME))
    assert {answer.status_code for answer in answers} == {HTTPStatus.UNAUTHORIZED}
    assert {answer.json()["errors"][0]["extensions"]["code"] for answer in answers} == {"UNAUTHENTICATED"}
    assert all(answer.headers["www-authenticate"] == "Bearer" for answer in answers)


@pytest.mark.usefixtures("aws")
async def test_a_token_of_another_app_client_is_refused(platform: Platform, graph: GraphOf) -> None:
    """A valid token of the right pool and person, issued to another app client, is 401."""
    credentials = {"USERNAME": ANA.id, "PASSWORD": PASSWORD}
    flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
    async with aws_client("cognito-idp") as cognito:
        created = await cognito.create_user_pool_client(
            UserPoolId=platform.pools["patient"].id, ClientName="another", ExplicitAuthFlows=flows
        )
        session = await cognito.initiate_auth(
            ClientId=created["UserPoolClient"]["ClientId"], AuthFlow="USER_PASSWORD_AUTH", AuthParameters=credentials
        )
    foreign = session["AuthenticationResult"]["AccessToken"]
    answer = await graph("patient", NOBODY).signed_in(foreign).send(ME)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
