"""The internal token by which a service speaks for itself when it calls another."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from services.common.callers import AUDIENCE, LIFETIME_SECONDS
from services.common.clock import Clock, system_clock

RENEW_SECONDS_BEFORE_EXPIRY: Final = 15


class ServiceToken:
    """Makes the EdDSA token that `CallerCheck` expects of the service named `issuer`, and keeps it while it is fresh.

    `now` is the system's clock, not the sandbox's: `CallerCheck` decides about expiry by the system's too.
    """

    def __init__(self, issuer: str, private_key_pem: str, now: Clock = system_clock) -> None:
        self._issuer: Final = issuer
        self._key: Final = _ed25519(private_key_pem)
        self._now: Final = now
        self._headers: Mapping[str, str] = {}
        self._renew_at: datetime | None = None

    def headers(self) -> Mapping[str, str]:
        """Return the `Authorization` header to send now; valid for at least 15 seconds more."""
        now = self._now()
        if self._renew_at is None or now >= self._renew_at:
            lifetime = timedelta(seconds=LIFETIME_SECONDS)
            self._headers = {"Authorization": f"Bearer {self._sign(now, now + lifetime)}"}
            self._renew_at = now + lifetime - timedelta(seconds=RENEW_SECONDS_BEFORE_EXPIRY)
        return self._headers

    def _sign(self, issued_at: datetime, expires_at: datetime) -> str:
        claims = {
            "iss": self._issuer,
            "sub": self._issuer,
            "aud": AUDIENCE,
            "pool": "service",
            "roles": [],
            "iat": issued_at,
            "exp": expires_at,
        }
        return jwt.encode(claims, self._key, algorithm="EdDSA")


def _ed25519(private_key_pem: str) -> Ed25519PrivateKey:
    key = load_pem_private_key(private_key_pem.encode(), password=None)
    if not isinstance(key, Ed25519PrivateKey):
        message = "a service signs with an Ed25519 key"
        raise TypeError(message)
    return key
