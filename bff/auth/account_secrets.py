"""What signing in needs and only the BFF's processes can make: seals, and usernames of strangers."""

import hmac
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from schema.common.principals import Audience

SEALED_SECONDS: Final = 15 * 60

_KEY_BYTES: Final = 32
_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_ID_LETTERS: Final = 26
_PREFIXES: Final[Mapping[Audience, str]] = {"patient": "pat", "doctor": "doc", "erp": "adm"}


class DerivedSecrets:
    """Keys of their own, derived from a `secret` that all processes of the BFF share."""

    def __init__(self, secret: bytes) -> None:
        keys = HKDF(SHA256(), 2 * _KEY_BYTES, salt=None, info=b"healthmed accounts").derive(secret)
        self._fernet: Final = Fernet(urlsafe_b64encode(keys[:_KEY_BYTES]))
        self._stranger_key: Final = keys[_KEY_BYTES:]

    def sealed(self, content: bytes, at: datetime) -> str:
        """Encrypt and sign `content`."""
        return self._fernet.encrypt_at_time(content, int(at.timestamp())).decode()

    def unsealed(self, text: str, at: datetime) -> bytes | None:
        """Return what was sealed; None for anything else, and after `SEALED_SECONDS`."""
        try:
            return self._fernet.decrypt_at_time(text.encode(errors="replace"), SEALED_SECONDS, int(at.timestamp()))
        except InvalidToken:
            return None

    def stranger(self, audience: Audience, login: str) -> str:
        """Return a username of the form that the services' ids have, which nobody can tell from one without the key."""
        said = f"{audience} {login}".encode(errors="backslashreplace")
        number = int.from_bytes(hmac.digest(self._stranger_key, said, sha256))
        letters = (_ALPHABET[number >> 5 * place & 31] for place in range(_ID_LETTERS))
        return f"{_PREFIXES[audience]}_{''.join(letters)}"
