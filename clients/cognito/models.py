"""What Amazon Cognito says, as frozen models."""

import msgspec

from clients.wire import UNDECODABLE


class Tokens(msgspec.Struct, frozen=True, rename="pascal"):
    """Tokens of a sign-in; `expires_in` is in seconds."""

    access_token: str
    expires_in: int
    refresh_token: str | None = None


class AuthAnswer(msgspec.Struct, frozen=True, rename="pascal"):
    """Either tokens, or a challenge to be answered within its session."""

    authentication_result: Tokens | None = None
    challenge_name: str | None = None
    session: str | None = None


class Key(msgspec.Struct, frozen=True):
    """One JSON Web Key of a pool (RFC 7517); only what verifying needs."""

    kid: str
    kty: str
    n: str = ""
    e: str = ""
    alg: str | None = None
    use: str | None = None
    key_ops: tuple[str, ...] | None = None


class KeySet(msgspec.Struct, frozen=True):
    """The public keys that sign a pool's tokens. Keys that do not decode are left out, not fatal."""

    keys: tuple[msgspec.Raw, ...]

    def usable(self) -> tuple[Key, ...]:
        """Return the keys that are what RFC 7517 says."""
        return tuple(key for raw in self.keys if (key := _key(raw)))


def _key(raw: msgspec.Raw) -> Key | None:
    try:
        return msgspec.json.decode(raw, type=Key)
    except UNDECODABLE:
        return None
