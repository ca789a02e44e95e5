from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.common.callers import Caller, CallerCheck, UnknownCaller
from services.common.service_token import RENEW_SECONDS_BEFORE_EXPIRY, ServiceToken
from tests.services.tokens import Issuers

FORM = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.fixture
def issuers() -> Issuers:
    return Issuers()


def token_of(token: ServiceToken) -> str:
    return token.headers()["Authorization"].removeprefix("Bearer ")


def key_of(issuers: Issuers, issuer: str) -> str:
    return issuers.keys[issuer].private_bytes(*FORM).decode()


def test_a_service_is_believed_to_be_itself(issuers: Issuers) -> None:
    token = ServiceToken("events", key_of(issuers, "events"))
    assert CallerCheck(issuers.public())(token_of(token)) == Caller("events", "service")


def test_a_service_cannot_be_another(issuers: Issuers) -> None:
    token = ServiceToken("events", key_of(issuers, "records"))
    with pytest.raises(UnknownCaller):
        CallerCheck(issuers.public())(token_of(token))


def test_a_token_is_kept_while_it_is_fresh_and_renewed_before_it_expires(issuers: Issuers) -> None:
    start = now = datetime.now(UTC).replace(microsecond=0)
    token = ServiceToken("events", key_of(issuers, "events"), lambda: now)
    first = token_of(token)
    for second in range(200):
        now = start + timedelta(seconds=second)
        claims = jwt.decode(token_of(token), options={"verify_signature": False})
        assert claims["exp"] - claims["iat"] == 60
        assert claims["exp"] - now.timestamp() > RENEW_SECONDS_BEFORE_EXPIRY
        assert (token_of(token) == first) == (second < 60 - RENEW_SECONDS_BEFORE_EXPIRY)


def test_another_kind_of_key_is_refused_at_once() -> None:
    key = generate_private_key(SECP256R1()).private_bytes(*FORM).decode()
    with pytest.raises(TypeError, match="Ed25519"):
        ServiceToken("events", key)
