"""The platform's key pairs: made once, kept in the state folder, readable by its owner alone."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from sandbox.errors import StateDamagedError
from sandbox.state import StateFolder

ISSUERS: Final = ("bff", "scheduling", "records", "erp", "events")
_GOOGLE: Final = "google-service-account"
_PrivateKey = Ed25519PrivateKey | RSAPrivateKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """PEM texts: each issuer's Ed25519 pair, and the RSA pair of the Google service account."""

    private: Mapping[str, str]
    public: Mapping[str, str]
    google_private: str
    google_public: str

    @classmethod
    def of(cls, folder: StateFolder) -> "Keys":
        """Read the keys, and make those that are not there; raise `SandboxError` where one is damaged."""
        issuers = {issuer: _pair(folder, issuer) for issuer in ISSUERS}
        google = _pair(folder, _GOOGLE)
        return cls(
            private={issuer: private for issuer, (private, _) in issuers.items()},
            public={issuer: public for issuer, (_, public) in issuers.items()},
            google_private=google[0],
            google_public=google[1],
        )


def key_path(folder: StateFolder, name: str) -> Path:
    """Return where the private key of an issuer is kept."""
    return folder.data("keys") / f"{name}.pem"


def _pair(folder: StateFolder, name: str) -> tuple[str, str]:
    path = key_path(folder, name)
    if not path.exists():
        _write(path, _new_key(name))
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError) as failure:
        raise StateDamagedError(folder.root, path.name) from failure
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return path.read_text(), public.decode()


def _new_key(name: str) -> _PrivateKey:
    if name == _GOOGLE:
        return generate_private_key(public_exponent=65537, key_size=2048)
    return Ed25519PrivateKey.generate()


def _write(path: Path, key: _PrivateKey) -> None:
    text = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    partial = path.with_suffix(".partial")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(text)
    partial.replace(path)
