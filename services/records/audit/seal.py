"""A seal over a chain's end: made with a key that is not in the table, so that the table alone cannot forge one."""

from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

_PURPOSE: Final = "healthmed audit head"


class Seal:
    """Seals with an Ed25519 key (private PEM), and knows its own seals and those of `retired` keys (public PEM)."""

    def __init__(self, private_key_pem: str, retired: Sequence[str] = ()) -> None:
        key = load_pem_private_key(private_key_pem.encode(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            message = "the audit is sealed with an Ed25519 key"
            raise TypeError(message)
        self._key: Final = key
        self._known: Final = [key.public_key(), *map(_public, retired)]

    def of(self, chain: str, sequence: int, last_hash: str) -> str:
        """Return the seal, in hex."""
        return self._key.sign(_said(chain, sequence, last_hash)).hex()

    def holds(self, seal: str, chain: str, sequence: int, last_hash: str) -> bool:
        """Say whether this end of a chain was sealed with a known key."""
        return any(_verifies(key, seal, _said(chain, sequence, last_hash)) for key in self._known)


def _said(chain: str, sequence: int, last_hash: str) -> bytes:
    return "\n".join((_PURPOSE, chain, str(sequence), last_hash)).encode()


def _verifies(key: Ed25519PublicKey, seal: str, said: bytes) -> bool:
    try:
        key.verify(bytes.fromhex(seal), said)
    except (InvalidSignature, ValueError):
        return False
    return True


def _public(pem: str) -> Ed25519PublicKey:
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        message = "the audit was sealed with an Ed25519 key"
        raise TypeError(message)
    return key
