"""The token that tells the services on whose behalf the BFF calls: signed here, good for a minute.

The BFF also calls for itself, to hear what happens: as a service, which is no person.
"""

from collections import OrderedDict
from collections.abc import Callable, Collection, Mapping
from typing import Final

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from schema.common.principals import Principal

AUDIENCE: Final = "healthmed-services"
BFF: Final = "bff"
LIFETIME_SECONDS: Final = 60
REUSED_SECONDS: Final = 45
MAX_KEPT: Final = 10_000


class InternalToken:
    """Signs for principals, and keeps what it signed for a while. `now` gives seconds since 1970."""

    def __init__(self, private_key_pem: str, now: Callable[[], float]) -> None:
        key = load_pem_private_key(private_key_pem.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            message = "the BFF signs with an Ed25519 key"
            raise TypeError(message)
        self._key = key
        self._now = now
        self._kept: OrderedDict[Principal | None, tuple[str, float]] = OrderedDict()

    def headers(self, principal: Principal, request_id: str) -> Mapping[str, str]:
        """Return what each call for `principal` carries; the request id is for correlation, not believed."""
        return {"Authorization": f"Bearer {self._token(principal)}", "X-Request-Id": request_id}

    def own_headers(self) -> Mapping[str, str]:
        """Return what a call carries that the BFF makes for itself, on nobody's behalf."""
        return {"Authorization": f"Bearer {self._token(None)}"}

    def _token(self, principal: Principal | None) -> str:
        """Return a token for a principal, or for the BFF itself."""
        token, until = self._kept.get(principal, ("", 0.0))
        now = self._now()
        if now >= until:
            token = (
                self._sign(principal.id or "anonymous", principal.audience, principal.roles, int(now))
                if principal
                else self._sign(BFF, "service", (), int(now))
            )
            self._kept[principal] = (token, now + REUSED_SECONDS)
            while len(self._kept) > MAX_KEPT:
                self._kept.popitem(last=False)
        return token

    def _sign(self, actor: str, pool: str, roles: Collection[str], now: int) -> str:
        claims = {
            "iss": BFF,
            "aud": AUDIENCE,
            "sub": actor,
            "pool": pool,
            "roles": sorted(roles),
            "iat": now,
            "exp": now + LIFETIME_SECONDS,
        }
        return jwt.encode(claims, self._key, algorithm="EdDSA")
