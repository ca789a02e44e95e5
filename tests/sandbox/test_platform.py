from typing import Any

import httpx
import jwt
import pytest

from sandbox.people import ANA, BRUNO, CARLA, Audience
from tests.platform import Platform

pytestmark = pytest.mark.platform


@pytest.mark.parametrize(
    ("audience", "login", "person"),
    [
        ("patient", "ana@example.com", ANA),
        ("patient", ANA.login, ANA),
        ("doctor", "123456/SP", BRUNO),
        ("doctor", "bruno@example.com", BRUNO),
        ("erp", "carla@example.com", CARLA),
    ],
)
def test_demo_people_sign_in(platform: Platform, audience: Audience, login: str, person: Any) -> None:
    token = platform.token(audience, login)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims["username"] == person.id
    assert claims["client_id"] == platform.pools[audience].client_id
    assert claims.get("cognito:groups", []) == (["admin"] if audience == "erp" else [])
