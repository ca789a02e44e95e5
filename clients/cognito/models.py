"""What Amazon Cognito says, as frozen models."""

from enum import Enum

import msgspec

from clients.wire import UNDECODABLE


class Challenge(Enum):
    """What Cognito may want before it gives tokens; what our pools do not have (SMS, devices) does not decode."""

    NEW_PASSWORD_REQUIRED = "NEW_PASSWORD_REQUIRED"  # noqa: S105  a challenge's name
    SOFTWARE_TOKEN_MFA = "SOFTWARE_TOKEN_MFA"  # noqa: S105  as above
    MFA_SETUP = "MFA_SETUP"


class Tokens(msgspec.Struct, frozen=True, rename="pascal"):
    """Tokens of a sign-in; `expires_in` is in seconds."""

    access_token: str
    expires_in: int
    refresh_token: str | None = None


class AuthAnswer(msgspec.Struct, frozen=True, rename="pascal"):
    """Cognito's answer as it comes: tokens, or a challenge."""

    authentication_result: Tokens | None = None
    challenge_name: Challenge | None = None
    session: str | None = None


class Asked(msgspec.Struct, frozen=True):
    """What Cognito wants before it gives tokens, to be answered within `session`."""

    challenge: Challenge
    session: str


class SoftwareToken(msgspec.Struct, frozen=True, rename="pascal"):
    """The secret of a new authenticator, in base 32; `session` goes on with a challenge."""

    secret_code: str
    session: str | None = None


class Verification(msgspec.Struct, frozen=True, rename="pascal"):
    """Whether a code was that of the new authenticator: `status` is SUCCESS or ERROR."""

    status: str
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
