"""Every way in which a bearer token can be wrong gives the same refusal; what a right one says is believed."""

import asyncio
import base64
import hashlib
import hmac
import json
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bff.auth import tokens
from bff.auth.keys import COOL_DOWN_SECONDS, KeyRing
from bff.auth.tokens import KEPT_SECONDS, LEEWAY_SECONDS, MAX_TOKEN_BYTES, InvalidToken, TokenCheck
from schema.common.principals import Principal
from tests.bff.pool import NOW, PATIENT, POOL, Clock, KeyEndpoint, SigningKey, claims

pytestmark = pytest.mark.anyio


@pytest.fixture
def check(endpoint: KeyEndpoint, clock: Clock) -> TokenCheck:
    return TokenCheck(POOL, KeyRing(endpoint, clock), clock)


async def refused(check: TokenCheck, token: str) -> bool:
    try:
        await check(token)
    except InvalidToken:
        return True
    return False


def segment(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def unsigned(algorithm: str, kid: object = "current", **changes: object) -> str:
    header = {"alg": algorithm, "typ": "JWT", "kid": kid}
    return f"{segment(json.dumps(header).encode())}.{segment(json.dumps(claims(**changes)).encode())}."


def signed_with_the_public_key(key: SigningKey) -> str:
    """Sign by HMAC, with the published key as the secret: the classic confusion of algorithms."""
    public = key.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    content = unsigned("HS256").rstrip(".")
    return f"{content}.{segment(hmac.new(public, content.encode(), hashlib.sha256).digest())}"


def tampered(token: str) -> str:
    """Put another's claims under a signature."""
    header, _, signature = token.split(".")
    return f"{header}.{segment(json.dumps(claims(username='pat_another')).encode())}.{signature}"


async def test_a_valid_token_is_its_person(check: TokenCheck, signing_key: SigningKey) -> None:
    assert await check(signing_key.token()) == Principal(audience="patient", id=PATIENT)


async def test_the_principal_carries_its_token_where_nobody_sees_it(check: TokenCheck, signing_key: SigningKey) -> None:
    """Also one whose token was checked before; two tokens of a person are one principal."""
    first, second = signing_key.token(), signing_key.token(jti="another")
    seen = [await check(token) for token in (first, second, first)]
    assert [principal.access_token for principal in seen] == [first, second, first]
    assert len(set(seen)) == 1
    assert first not in repr(seen)


async def test_groups_are_roles(check: TokenCheck, signing_key: SigningKey) -> None:
    principal = await check(signing_key.token(**{"cognito:groups": ["finance", "auditor"]}))
    assert principal.roles == {"finance", "auditor"}


# What the pool's own key would have to sign, were Cognito to say such things.
WRONG_CLAIMS: dict[str, dict[str, object]] = {
    "an ID token": {"token_use": "id", "aud": POOL.client_id},
    "no use": {"token_use": None},
    "a use that is a list": {"token_use": ["access"]},
    "another client": {"client_id": "another"},
    "no client": {"client_id": None},
    "a list of clients": {"client_id": [POOL.client_id]},
    "no subject": {"sub": None},
    "a subject that is a number": {"sub": 7},
    "no username": {"username": None},
    "an empty username": {"username": ""},
    "a username that is a number": {"username": 7},
    "expired": {"exp": NOW - LEEWAY_SECONDS - 1},
    "no expiry": {"exp": None},
    "an expiry that is text": {"exp": str(int(NOW) + 600)},
    "an expiry that is true": {"exp": True},
    "an expiry that is a list": {"exp": [NOW + 600]},
    "an expiry that never comes": {"exp": float("inf")},
    "an expiry that is not a number": {"exp": float("nan")},
    "an absurd expiry": {"exp": 1e300},
    "an absurd whole expiry": {"exp": 10**30},
    "not valid yet": {"nbf": NOW + LEEWAY_SECONDS + 1},
    "a start that is text": {"nbf": "0"},
    "a start that is true": {"nbf": True},
    "a start that is a list": {"nbf": []},
    "a start that is not a number": {"nbf": float("nan")},
    "issued in the future": {"iat": NOW + LEEWAY_SECONDS + 1},
    "no time of issue": {"iat": None},
    "a time of issue that is text": {"iat": "0"},
    "a time of issue that is true": {"iat": True},
    "groups that are text": {"cognito:groups": "admin"},
    "groups that are an object": {"cognito:groups": {"admin": True}},
    "a group that is a number": {"cognito:groups": ["admin", 7]},
}


@pytest.mark.parametrize("changes", WRONG_CLAIMS.values(), ids=WRONG_CLAIMS.keys())
async def test_wrong_claims_are_refused(check: TokenCheck, signing_key: SigningKey, changes: dict[str, object]) -> None:
    assert await refused(check, signing_key.token(**changes))


@pytest.mark.parametrize(
    "changes",
    [{"exp": NOW - LEEWAY_SECONDS + 1}, {"nbf": NOW + LEEWAY_SECONDS - 1}, {"iat": NOW + LEEWAY_SECONDS - 1}],
    ids=["expired just now", "valid in a moment", "issued in a moment"],
)
async def test_clocks_may_differ_a_little(
    check: TokenCheck, signing_key: SigningKey, changes: dict[str, object]
) -> None:
    assert not await refused(check, signing_key.token(**changes))


# What needs no key to be refused: an endpoint of keys that is asked for these could be made to work for strangers.
WITHOUT_A_FETCH: dict[str, Callable[[SigningKey], str]] = {
    "unsigned": lambda _: unsigned("none"),
    "unsigned, in capitals": lambda _: unsigned("NONE"),
    "signed with the public key": signed_with_the_public_key,
    "another issuer": lambda key: key.token(iss="https://cognito-idp.sa-east-1.amazonaws.com/sa-east-1_Doctors"),
    "an issuer that begins like ours": lambda key: key.token(iss=f"{POOL.issuer}/"),
    "no issuer": lambda key: key.token(iss=None),
    "an issuer in a list": lambda _: unsigned("RS256", iss=[POOL.issuer]),
    "no key id": lambda _: unsigned("RS256", kid=None),
    "a key id in a list": lambda _: unsigned("RS256", kid=["current"]),
    "larger than 8 kB": lambda key: key.token(scope="x" * MAX_TOKEN_BYTES),
    "empty": lambda _: "",
    "garbage": lambda _: "garbage",
    "three times garbage": lambda _: "gar.ba.ge",
    "dots": lambda _: "..",
    "outside ASCII": lambda _: "tökén.é.ü",
    "a nested header": lambda _: f"{segment(b'[' * 5000)}.e30.e30",
    "a nested payload": lambda _: f"{unsigned('RS256').split('.')[0]}.{segment(b'[' * 5000)}.e30",
    "a header that is a list": lambda _: f"{segment(b'[]')}.e30.e30",
    "a payload that is a list": lambda _: f"{unsigned('RS256').split('.')[0]}.{segment(b'[]')}.e30",
}


@pytest.mark.parametrize("make", WITHOUT_A_FETCH.values(), ids=WITHOUT_A_FETCH.keys())
async def test_what_needs_no_key_is_refused_without_a_fetch(
    check: TokenCheck, endpoint: KeyEndpoint, signing_key: SigningKey, make: Callable[[SigningKey], str]
) -> None:
    assert await refused(check, make(signing_key))
    assert endpoint.fetches == 0


async def test_another_key_under_a_known_id_is_refused(check: TokenCheck, other_key: SigningKey) -> None:
    assert await refused(check, other_key.token({"kid": "current"}))


async def test_claims_under_anothers_signature_are_refused(check: TokenCheck, signing_key: SigningKey) -> None:
    token = signing_key.token()
    await check(token)
    assert await refused(check, tampered(token))


async def test_an_unknown_key_causes_one_fetch(
    check: TokenCheck, endpoint: KeyEndpoint, signing_key: SigningKey, other_key: SigningKey, clock: Clock
) -> None:
    """Then none in the cool-down, while tokens of known keys pass."""
    await check(signing_key.token())
    clock.advance(COOL_DOWN_SECONDS)
    for number in range(20):
        assert await refused(check, other_key.token(jti=str(number)))
        assert not await refused(check, signing_key.token(jti=str(number)))
    assert endpoint.fetches == 2


async def test_known_keys_pass_while_the_endpoint_is_down(
    check: TokenCheck, endpoint: KeyEndpoint, signing_key: SigningKey, clock: Clock
) -> None:
    await check(signing_key.token())
    endpoint.down = True
    for number in range(100):
        clock.advance(10)
        assert not await refused(check, signing_key.token(jti=str(number)))


async def test_before_any_key_is_known_everybody_is_refused(
    check: TokenCheck, endpoint: KeyEndpoint, signing_key: SigningKey
) -> None:
    endpoint.down = True
    assert await refused(check, signing_key.token())


async def test_a_hundred_tokens_of_unknown_keys_at_once_cause_one_fetch(
    check: TokenCheck, endpoint: KeyEndpoint, other_key: SigningKey
) -> None:
    endpoint.open.clear()
    asked = [
        asyncio.create_task(refused(check, other_key.token({"kid": f"stranger-{number}"}))) for number in range(100)
    ]
    await asyncio.sleep(0)
    endpoint.open.set()
    assert all(await asyncio.gather(*asked))
    assert endpoint.fetches == 1


async def test_a_kept_result_is_not_verified_again(
    check: TokenCheck, signing_key: SigningKey, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = signing_key.token()
    verified: list[str] = []

    async def claims_of(asked: str) -> object:
        verified.append(asked)
        return claims()

    monkeypatch.setattr(check, "_claims", claims_of)
    for _ in range(10):
        await check(token)
    assert len(verified) == 1
    clock.advance(KEPT_SECONDS)
    await check(token)
    assert len(verified) == 2


async def test_a_kept_result_does_not_outlive_the_token(
    check: TokenCheck, signing_key: SigningKey, clock: Clock
) -> None:
    token = signing_key.token(exp=NOW + 10)
    await check(token)
    clock.advance(10 + LEEWAY_SECONDS)
    assert await refused(check, token)


async def test_kept_results_are_bounded(
    check: TokenCheck, signing_key: SigningKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tokens, "MAX_KEPT", 3)
    for number in range(10):
        await check(signing_key.token(jti=str(number)))
    assert len(check._kept) == 3


async def test_a_refused_token_is_not_kept(check: TokenCheck, other_key: SigningKey) -> None:
    await refused(check, other_key.token())
    assert not check._kept
