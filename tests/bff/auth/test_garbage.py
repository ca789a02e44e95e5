"""Whatever comes as a token is refused, and with nothing but a refusal; only what the pool signed passes."""

import asyncio
import base64
import binascii
import json

from hypothesis import given, settings
from hypothesis import strategies as st

from bff.auth.keys import KeyRing
from bff.auth.tokens import InvalidToken, TokenCheck
from schema.common.principals import Principal
from tests.bff.auth.wrong_tokens import segment
from tests.bff.pool import PATIENT, POOL, Clock, KeyEndpoint, SigningKey, claims

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
HEADER = st.fixed_dictionaries(
    {"alg": st.sampled_from(["RS256", "none", "HS256", "RS512"]) | ANY_JSON, "kid": st.just("current") | ANY_JSON},
    optional={
        "typ": ANY_JSON,
        "crit": ANY_JSON,
        "b64": st.booleans(),
        "jku": st.just("http://evil.test"),
        "jwk": ANY_JSON,
    },
)
NAMES = [*claims(), "nbf", "aud", "cognito:groups"]
CLAIMS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, ANY_JSON)).map(lambda changes: {**claims(), **changes})
ENCODED = st.binary(max_size=300).map(segment)


def as_segment(content: object) -> str:
    return segment(json.dumps(content).encode())


TOKENS = (
    st.text()
    | st.text(alphabet="eyJhbGci.-_=+/ \n\0é\ud800")
    | st.lists(st.text(max_size=30) | ENCODED, max_size=5).map(".".join)
    | st.tuples(HEADER.map(as_segment), ENCODED | CLAIMS.map(as_segment), ENCODED).map(".".join)
    | st.tuples(ANY_JSON.map(as_segment), ANY_JSON.map(as_segment), ENCODED).map(".".join)
)


def answer(key: SigningKey, token: str) -> Principal | None:
    """Return whose token it is, None for a refusal; anything else that is raised is a fault."""

    async def asked() -> Principal | None:
        clock, endpoint = Clock(), KeyEndpoint(key.jwk())
        try:
            return await TokenCheck(POOL, KeyRing(endpoint, clock), clock)(token)
        except InvalidToken:
            return None
        finally:
            assert endpoint.fetches <= 2

    return asyncio.run(asked())


@settings(deadline=None)
@given(TOKENS)
def test_garbage_is_refused(signing_key: SigningKey, token: str) -> None:
    assert answer(signing_key, token) is None


@settings(deadline=None)
@given(CLAIMS)
def test_claims_of_any_type_are_a_person_or_refused(signing_key: SigningKey, given_claims: dict[str, object]) -> None:
    """Were the pool to sign them."""
    principal = answer(signing_key, signing_key.signed(given_claims))
    assert principal is None or (principal.audience, type(principal.id)) == ("patient", str)


def content_of(token: str) -> list[bytes | None]:
    """Return what a token's segments say; some texts say the same."""
    segments: list[bytes | None] = []
    for each in token.split("."):
        try:
            segments.append(base64.urlsafe_b64decode(each + "=" * (-len(each) % 4)))
        except (binascii.Error, ValueError):
            segments.append(None)
    return segments


@settings(deadline=None)
@given(st.data())
def test_no_change_to_a_signed_token_passes(signing_key: SigningKey, data: st.DataObject) -> None:
    token = signing_key.token()
    place = data.draw(st.integers(0, len(token) - 1))
    length = data.draw(st.integers(0, 3))
    changed = token[:place] + data.draw(st.text(alphabet="ABCxyz019-_.= ", max_size=3)) + token[place + length :]
    if content_of(changed) == content_of(token):
        assert answer(signing_key, changed) in {None, Principal(audience="patient", id=PATIENT)}
    else:
        assert answer(signing_key, changed) is None
