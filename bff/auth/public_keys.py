"""Which keys of a set may verify a token's signature: RS256, and nothing weaker or for another purpose (RFC 8725)."""

import base64
import re
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers

from clients.cognito.models import Key, KeySet

ALGORITHM: Final = "RS256"
MIN_RSA_BITS: Final = 2048
_BASE64URL: Final = re.compile(r"[A-Za-z0-9_-]+")


def public_keys(key_set: KeySet) -> Mapping[str, RSAPublicKey]:
    """Return the keys by their id; those that may not verify are left out, and the others stay."""
    return {key.kid: public for key in key_set.usable() if (public := _public_key(key)) is not None}


def _public_key(key: Key) -> RSAPublicKey | None:
    may_verify = key.use in {None, "sig"} and (key.key_ops is None or "verify" in key.key_ops)
    if key.kty != "RSA" or key.alg not in {None, ALGORITHM} or not may_verify:
        return None
    try:
        public = RSAPublicNumbers(e=_number(key.e), n=_number(key.n)).public_key()
    except ValueError:
        return None
    return public if public.key_size >= MIN_RSA_BITS else None


def _number(text: str) -> int:
    """Read a number as RFC 7518 writes it; raise ValueError."""
    # Python's decoder passes over what is no base64.
    if not _BASE64URL.fullmatch(text):
        raise ValueError
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
