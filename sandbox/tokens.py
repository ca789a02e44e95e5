"""Tokens of a running platform: a person's access token, and the internal tokens that services believe."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
import jwt

from sandbox.errors import SandboxError
from sandbox.people import PASSWORD, Audience
from sandbox.running import RunningPlatform

_INTERNAL_AUDIENCE: Final = "healthmed-services"
_INTERNAL_LIFETIME: Final = timedelta(seconds=60)
_ANONYMOUS: Final = "anonymous"


def access_token(platform: RunningPlatform, audience: Audience, login: str) -> str:
    """Sign a demo person in, as the BFF would; raise `SandboxError` where nobody signs in so."""
    pool = platform.pools[audience]
    with httpx.Client(trust_env=False, timeout=10) as client:
        directory = platform.records_url if audience == "patient" else platform.erp_url
        found = client.post(
            f"{directory}/logins",
            json={"login": login},
            headers={"Authorization": f"Bearer {internal_token(platform, _ANONYMOUS, audience)}"},
        )
        if not found.is_success:
            message = f"Nobody signs in to the {audience} graph as {login}."
            raise SandboxError(message)
        answer = client.post(
            platform.aws_url,
            headers={
                "X-Amz-Target": "AWSCognitoIdentityProviderService.InitiateAuth",
                "Content-Type": "application/x-amz-json-1.1",
            },
            json={
                "ClientId": pool.client_id,
                "AuthFlow": "USER_PASSWORD_AUTH",
                "AuthParameters": {"USERNAME": found.json()["username"], "PASSWORD": PASSWORD},
            },
        )
    result = answer.json().get("AuthenticationResult")
    if not result:
        message = f"{login} does not sign in with the demo password."
        raise SandboxError(message)
    token: str = result["AccessToken"]
    return token


def internal_token(platform: RunningPlatform, actor: str, pool: str, roles: Sequence[str] = ()) -> str:
    """Sign the token by which services know who is asking: a person's by the BFF's key, a service's by its own."""
    now = datetime.now(UTC)
    issuer = actor if pool == "service" else "bff"
    claims = {
        "iss": issuer,
        "aud": _INTERNAL_AUDIENCE,
        "sub": actor,
        "pool": pool,
        "roles": list(roles),
        "iat": now,
        "exp": now + _INTERNAL_LIFETIME,
    }
    return jwt.encode(claims, platform.signing_key(issuer), algorithm="EdDSA")
