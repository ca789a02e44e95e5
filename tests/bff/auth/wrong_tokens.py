"""Bearer tokens that are wrong, each in a way of its own."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bff.auth.tokens import LEEWAY_SECONDS, MAX_TOKEN_BYTES
from tests.bff.pool import NOW, POOL, SigningKey, claims


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
    "a scope that is a list": {"scope": ["aws.cognito.signin.user.admin"]},
    "a scope that is a number": {"scope": 7},
}

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
    "a critical header": lambda key: key.token({"crit": ["exp"]}),
    "a payload that is not in the token": lambda key: key.token({"b64": False, "crit": ["b64"]}),
    "half a character": lambda key: f"{key.token()}\ud800",
    "outside ASCII": lambda _: "tökén.é.ü",
    "a nested header": lambda _: f"{segment(b'[' * 5000)}.e30.e30",
    "a nested payload": lambda _: f"{unsigned('RS256').split('.')[0]}.{segment(b'[' * 5000)}.e30",
    "a header that is a list": lambda _: f"{segment(b'[]')}.e30.e30",
    "a payload that is a list": lambda _: f"{unsigned('RS256').split('.')[0]}.{segment(b'[]')}.e30",
}
