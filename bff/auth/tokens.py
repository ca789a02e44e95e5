"""A bearer token becomes a principal, or nothing: every reason for a refusal gives the same answer.

Cognito's access tokens alone are accepted; ID tokens are for the app that asked for them. The rules are RFC 8725's.
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, Final

import jwt
from jwt.types import Options

from bff.auth.keys import KeyRing
from bff.auth.public_keys import ALGORITHM
from schema.common.principals import Audience, Principal

MAX_TOKEN_BYTES: Final = 8192
LEEWAY_SECONDS: Final = 30
KEPT_SECONDS: Final = 60
MAX_KEPT: Final = 10_000
# The year 9999: what lies beyond is no time of a token.
LAST_SECOND: Final = 253_402_300_799
REQUIRED: Final = ("exp", "iat", "iss", "sub", "token_use", "client_id", "username")

# Times are checked here: PyJWT would take "1" and True for times, and the system's clock for ours.
_OPTIONS: Final[Options] = {
    "require": list(REQUIRED),
    "verify_aud": False,
    "verify_exp": False,
    "verify_iat": False,
    "verify_nbf": False,
}


class InvalidToken(Exception):  # noqa: N818  the name that RFC 6750 gives it
    """Not an access token of this pool that is valid now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pool:
    """The Cognito pool of one audience."""

    audience: Audience
    issuer: str
    client_id: str


class TokenCheck:
    """Verifies the access tokens of one pool. `now` gives seconds since 1970.

    What was verified is kept for `KEPT_SECONDS`, but no longer than the token and its key are good for.
    """

    def __init__(self, pool: Pool, keys: KeyRing, now: Callable[[], float]) -> None:
        self._pool = pool
        self._keys = keys
        self._now = now
        self._kept: OrderedDict[bytes, tuple[Principal, float]] = OrderedDict()
        self._kept_of = keys.generation

    async def __call__(self, token: str) -> Principal:
        """Return whose token it is; raise `InvalidToken`, or `KeysUnavailable` where that cannot be told now."""
        if len(token) > MAX_TOKEN_BYTES or not token.isascii():
            raise InvalidToken
        if self._kept_of != self._keys.generation:
            self._kept.clear()
            self._kept_of = self._keys.generation
        digest = sha256(token.encode()).digest()
        principal, until = self._kept.get(digest, (None, 0.0))
        if principal and self._now() < until:
            return replace(principal, access_token=token)
        claims = await self._claims(token)
        self._check_times(claims)
        principal = self._principal(claims)
        seconds = min(KEPT_SECONDS, self._keys.seconds_left)
        self._keep(digest, principal, until=min(claims["exp"], self._now() + seconds))
        return replace(principal, access_token=token)

    async def _claims(self, token: str) -> Mapping[str, Any]:
        try:
            unverified = jwt.decode_complete(token, options={"verify_signature": False})
            header, issuer = unverified["header"], unverified["payload"].get("iss")
            key_id = header.get("kid")
            # Compared before any key is looked for: a stranger's token causes no fetch.
            ours = issuer == self._pool.issuer and header.get("alg") == ALGORITHM
            if not ours or not isinstance(key_id, str):
                raise InvalidToken
            key = await self._keys.key(key_id)
            if key is None:
                raise InvalidToken
            return jwt.decode(token, key, algorithms=[ALGORITHM], issuer=self._pool.issuer, options=_OPTIONS)
        except jwt.PyJWTError:
            raise InvalidToken from None

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        expiry, *starts = times = [claims["exp"], claims["iat"], claims.get("nbf", claims["iat"])]
        # Not a number fails the comparison too.
        if not all(type(each) in {int, float} and 0 <= each <= LAST_SECOND for each in times):
            raise InvalidToken
        now = self._now()
        if now >= expiry + LEEWAY_SECONDS or now < max(starts) - LEEWAY_SECONDS:
            raise InvalidToken

    def _principal(self, claims: Mapping[str, Any]) -> Principal:
        username, groups = claims["username"], claims.get("cognito:groups", [])
        well_typed = (
            isinstance(username, str)
            and username
            and isinstance(groups, list)
            and all(isinstance(group, str) for group in groups)
            and isinstance(claims.get("scope", ""), str)
        )
        access = (claims["token_use"], claims["client_id"]) == ("access", self._pool.client_id)
        if not (well_typed and access):
            raise InvalidToken
        return Principal(audience=self._pool.audience, id=username, roles=frozenset(groups))

    def _keep(self, digest: bytes, principal: Principal, until: float) -> None:
        self._kept[digest] = (principal, until)
        while len(self._kept) > MAX_KEPT:
            self._kept.popitem(last=False)
