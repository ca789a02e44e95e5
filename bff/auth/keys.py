"""The public keys of one pool, fetched ahead of need and kept through an outage of their endpoint."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import jwt
import msgspec

from clients.cognito.models import Key, KeySet
from clients.errors import UpstreamError

FRESH_SECONDS: Final = 300
COOL_DOWN_SECONDS: Final = 30
FIRST_LOAD_SECONDS: Final = 1
MIN_RSA_BITS: Final = 2048


class KeyRing:
    """One pool's keys by id. Known keys never wait for the network once loaded.

    An unknown key id causes one fetch at once, then none for `COOL_DOWN_SECONDS`, whether that fetch went well or not;
    before the first load it is tried each `FIRST_LOAD_SECONDS`.
    `monotonic` is in seconds.
    """

    def __init__(self, fetch: Callable[[], Awaitable[KeySet]], monotonic: Callable[[], float]) -> None:
        self._fetch = fetch
        self._monotonic = monotonic
        self._keys: dict[str, Any] = {}
        self._fetched_at = float("-inf")
        self._tried_at = float("-inf")
        self._fetching: asyncio.Task[None] | None = None

    async def ready(self) -> bool:
        """Say whether the pool's keys have been fetched once, after trying where they have not."""
        if not self._keys and (fetching := self._refresh()) is not None:
            await asyncio.shield(fetching)
        return bool(self._keys)

    async def key(self, key_id: str) -> Any | None:  # noqa: ANN401  a public key of the cryptography package
        """Return the key, or None where the pool has no such key."""
        if key_id in self._keys:
            if self._monotonic() - self._fetched_at > FRESH_SECONDS:
                self._refresh()
        elif (fetching := self._refresh()) is not None:
            # Shielded: a caller that goes away must not cancel the fetch for the others.
            await asyncio.shield(fetching)
        return self._keys.get(key_id)

    def _refresh(self) -> "asyncio.Task[None] | None":
        """Return the fetch under way, a new one, or None during the cool-down."""
        cool_down = COOL_DOWN_SECONDS if self._keys else FIRST_LOAD_SECONDS
        if self._fetching is None and self._monotonic() - self._tried_at >= cool_down:
            self._tried_at = self._monotonic()
            self._fetching = asyncio.create_task(self._load())
        return self._fetching

    async def _load(self) -> None:
        try:
            keys = await self._fetch()
        except UpstreamError:
            return
        else:
            self._keys = {key.kid: public for key in keys.usable() if (public := _public_key(key)) is not None}
            self._fetched_at = self._monotonic()
        finally:
            self._fetching = None


def _public_key(key: Key) -> Any | None:  # noqa: ANN401  a public key of the cryptography package
    """Return the RSA key, or None for one that may not verify RS256."""
    verifies = key.use in {None, "sig"} and (key.key_ops is None or "verify" in key.key_ops)
    if key.kty != "RSA" or key.alg not in {None, "RS256"} or not verifies:
        return None
    try:
        public = jwt.PyJWK(msgspec.to_builtins({"kty": "RSA", "n": key.n, "e": key.e}), algorithm="RS256").key
    except jwt.PyJWTError:
        return None
    return public if public.key_size >= MIN_RSA_BITS else None
