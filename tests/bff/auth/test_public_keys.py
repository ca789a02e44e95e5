"""Which keys of a set may verify: the others are left out, and stop nobody."""

import json

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bff.auth.public_keys import MIN_RSA_BITS, public_keys
from clients.cognito.models import KeySet
from tests.bff.pool import SigningKey


def key_set(*keys: object) -> KeySet:
    return msgspec.json.decode(json.dumps({"keys": keys}), type=KeySet)


UNUSABLE: dict[str, dict[str, object]] = {
    "for encryption": {"use": "enc"},
    "for signing only": {"key_ops": ["sign"]},
    "for nothing": {"key_ops": []},
    "for another algorithm": {"alg": "RS512"},
    "for no algorithm that there is": {"alg": "none"},
    "no RSA key": {"kty": "EC"},
    "a secret": {"kty": "oct", "k": "c2VjcmV0"},
    "a modulus that is no number": {"n": "!"},
    "a modulus outside ASCII": {"n": "ü"},
    "no modulus": {"n": None},
    "an even exponent": {"e": "Ag"},
    "an exponent of one": {"e": "AQ"},
    "no exponent": {"e": None},
    "no key id": {"kid": None},
    "a key id that is no text": {"kid": 7},
    "operations that are text": {"key_ops": "verify"},
}


@pytest.mark.parametrize("changes", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_key_that_may_not_verify_is_left_out_and_the_others_stay(
    signing_key: SigningKey, other_key: SigningKey, changes: dict[str, object]
) -> None:
    assert set(public_keys(key_set(other_key.jwk(**changes), signing_key.jwk()))) == {"current"}


@pytest.mark.parametrize("between", [" ", "\n", "!", "=", "+", "é"])
def test_a_number_that_is_not_quite_base64url_is_none(signing_key: SigningKey, between: str) -> None:
    """Decoders pass over what they do not know; whoever signs and we should read the same number."""
    n = str(signing_key.jwk()["n"])
    assert not public_keys(key_set(signing_key.jwk(n=f"{n[:100]}{between}{n[100:]}")))
    assert not public_keys(key_set(signing_key.jwk(n=f"{n}{between}")))


USABLE: dict[str, dict[str, object]] = {
    "as Cognito says it": {},
    "no use": {"use": None},
    "no algorithm": {"alg": None},
    "for verifying": {"key_ops": ["verify"]},
}


@pytest.mark.parametrize("changes", USABLE.values(), ids=USABLE.keys())
def test_a_key_that_may_verify_is_taken(signing_key: SigningKey, changes: dict[str, object]) -> None:
    assert public_keys(key_set(signing_key.jwk(**changes))) == {"current": signing_key.private.public_key()}


def test_a_weak_key_is_left_out(signing_key: SigningKey) -> None:
    weak = SigningKey.generate("weak", bits=MIN_RSA_BITS // 2)
    assert set(public_keys(key_set(weak.jwk(), signing_key.jwk()))) == {"current"}


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
MEMBERS = {
    "kid": st.text() | ANY_JSON,
    "kty": st.just("RSA") | ANY_JSON,
    "use": st.sampled_from(["sig", "enc"]) | ANY_JSON,
    "alg": st.just("RS256") | ANY_JSON,
    "key_ops": st.just(["verify"]) | ANY_JSON,
    "n": st.text(alphabet="ABCabc019-_=+/ ", max_size=400) | ANY_JSON,
    "e": st.sampled_from(["AQAB", "Aw", "AQ", ""]) | ANY_JSON,
}


@settings(deadline=None)
@given(st.lists(ANY_JSON | st.fixed_dictionaries({}, optional=MEMBERS), max_size=4))
def test_no_set_whatsoever_is_fatal(signing_key: SigningKey, junk: list[object]) -> None:
    found = public_keys(key_set(*junk, signing_key.jwk()))
    assert found["current"] == signing_key.private.public_key()
    assert all(key.key_size >= MIN_RSA_BITS for key in found.values())
