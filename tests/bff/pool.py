"""A Cognito user pool of the tests' own: its keys, its tokens, and an endpoint of keys that counts, fails and waits."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from jwt.algorithms import RSAAlgorithm
from jwt.api_jws import PyJWS

from bff.auth.tokens import Pool
from clients.cognito.models import KeySet
from clients.errors import UpstreamUnavailable

NAME = "cognito"
NOW = 1_800_000_000.0
ISSUER = "https://cognito-idp.sa-east-1.amazonaws.com/sa-east-1_Patients"
CLIENT_ID = "3n4b5urk1ft4fl3mg5e62d9ado"
PATIENT = "pat_01jdp5a6w3q8r9s0t1v2w3x4y5"

POOL = Pool(audience="patient", issuer=ISSUER, client_id=CLIENT_ID)


class Clock:
    """A clock that stands still until it is told to go on; seconds since 1970."""

    def __init__(self, seconds: float = NOW) -> None:
        self.seconds = seconds

    def __call__(self) -> float:
        """Return what time it is."""
        return self.seconds

    def advance(self, seconds: float) -> None:
        """Go on."""
        self.seconds += seconds


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An RSA key of a pool."""

    kid: str
    private: rsa.RSAPrivateKey

    @classmethod
    def generate(cls, kid: str, bits: int = 2048) -> Self:
        """Make a new one."""
        return cls(kid, rsa.generate_private_key(public_exponent=65537, key_size=bits))

    def jwk(self, **changes: object) -> dict[str, object]:
        """Return the public key as Cognito publishes it, with these changes; None removes a member."""
        public = json.loads(RSAAlgorithm.to_jwk(self.private.public_key()))
        members = {"kid": self.kid, "kty": "RSA", "use": "sig", "alg": "RS256", "n": public["n"], "e": public["e"]}
        return {name: value for name, value in {**members, **changes}.items() if value is not None}

    def pem(self) -> str:
        """Return the private key."""
        return self.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()

    def token(self, header: Mapping[str, object] | None = None, /, **changes: object) -> str:
        """Sign an access token of the patient, with these changes to its claims; None removes one."""
        return self.signed(claims(**changes), header)

    def signed(self, payload: Mapping[str, object], header: Mapping[str, object] | None = None) -> str:
        """Sign any claims, also of types that PyJWT would not put into a token."""
        headers = {"kid": self.kid, **(header or {})}
        return PyJWS().encode(json.dumps(payload).encode(), self.private, algorithm="RS256", headers=headers)


def claims(**changes: object) -> dict[str, Any]:
    """Return what Cognito claims of a signed-in patient."""
    issued = int(NOW) - 60
    usual: dict[str, object] = {
        "iss": ISSUER,
        "sub": "7d8ca528-4931-4254-9273-ea5ee853f271",
        "token_use": "access",
        "client_id": CLIENT_ID,
        "username": PATIENT,
        "scope": "aws.cognito.signin.user.admin",
        "auth_time": issued,
        "iat": issued,
        "exp": issued + 3600,
        "jti": "0d6b8f3c-6a0e-4f57-9a31-3d4f5c1b2a90",
        "version": 2,
    }
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


class KeyEndpoint:
    """The pool's JWKS endpoint."""

    def __init__(self, *keys: dict[str, object]) -> None:
        self.keys = list(keys)
        self.fetches = 0
        self.down = False
        self.open = asyncio.Event()
        self.open.set()

    async def __call__(self) -> KeySet:
        """Answer one fetch, once the endpoint is open."""
        self.fetches += 1
        keys = self.keys
        await self.open.wait()
        if self.down:
            raise UpstreamUnavailable(NAME, "status 503")
        return msgspec.json.decode(msgspec.json.encode({"keys": keys}), type=KeySet)

    def answer_then(self, *keys: dict[str, object]) -> None:
        """Let what waits be answered, and have these keys as well from now on."""
        self.keys = [*self.keys, *keys]
        self.open.set()


async def settled() -> None:
    """Let a fetch in the background come to its end."""
    for _ in range(5):
        await asyncio.sleep(0)
