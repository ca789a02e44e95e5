"""Google's token endpoint and what a bearer token allows.

A service account with domain-wide delegation trades a signed JWT for a token that acts as the `sub` of that JWT.
Tokens live in memory: a restart forgets them, which a client meets as a 401 and answers with a new grant.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import jwt

from sandbox.google.discovery import scopes
from sandbox.google.errors import GoogleError

AUDIENCE: Final = "https://oauth2.googleapis.com/token"
_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_INVALID_GRANT: Final = "invalid_grant"
_INVALID_SCOPE: Final = "invalid_scope"
_UNSUPPORTED: Final = "unsupported_grant_type"
_LIFETIME_SECONDS: Final = 3600
_SKEW_SECONDS: Final = 60


class GrantRefused(Exception):  # noqa: N818  what happened, not an error of ours
    """The OAuth 2.0 error of a refused grant."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.body: Final = {"error": error, "error_description": description}


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whom a bearer token acts as: a user of the Workspace, or the service account itself when not `delegated`."""

    email: str
    delegated: bool
    scopes: frozenset[str]
    expires_at_ms: int


class TokenDesk:
    """Gives and checks bearer tokens for the one service account the fake knows."""

    def __init__(self, client_email: str, public_key_pem: str, now_ms: Callable[[], int]) -> None:
        self._client_email = client_email
        self._public_key_pem = public_key_pem
        self._now_ms = now_ms
        self._principals: dict[str, Principal] = {}

    def grant(self, form: Mapping[str, str]) -> dict[str, Any]:
        """Answer `POST /token`. Raises `GrantRefused` as Google words it."""
        if form.get("grant_type") != _GRANT:
            raise GrantRefused(_UNSUPPORTED, f"Invalid grant_type: expected {_GRANT}")
        claims = self._claims(form.get("assertion", ""))
        asked = frozenset(str(claims.get("scope", "")).split())
        if not asked or not asked <= scopes():
            raise GrantRefused(_INVALID_SCOPE, "Empty or unknown scope.")
        subject = claims.get("sub", self._client_email)
        if subject.count("@") != 1:
            raise GrantRefused(_INVALID_GRANT, "Invalid email or User ID")
        now_ms = self._now_ms()
        self._principals = {key: each for key, each in self._principals.items() if each.expires_at_ms > now_ms}
        token = f"ya29.{secrets.token_urlsafe(48)}"
        self._principals[token] = Principal(
            email=subject,
            delegated=subject != self._client_email,
            scopes=asked,
            expires_at_ms=now_ms + _LIFETIME_SECONDS * 1000,
        )
        return {"access_token": token, "expires_in": _LIFETIME_SECONDS - 1, "token_type": "Bearer"}

    def principal(self, authorization: str) -> Principal:
        """Return whom an `Authorization` header acts as. Raises 401."""
        principal = self._principals.get(authorization.removeprefix("Bearer "))
        if principal is None or principal.expires_at_ms <= self._now_ms():
            raise GoogleError(401, "authError", "Invalid Credentials")
        return principal

    def _claims(self, assertion: str) -> dict[str, Any]:
        try:
            claims: dict[str, Any] = jwt.decode(
                assertion,
                self._public_key_pem,
                algorithms=["RS256"],
                audience=AUDIENCE,
                issuer=self._client_email,
                # Checked below, against the fake's own clock.
                options={"require": ["iss", "aud", "iat", "exp"], "verify_exp": False, "verify_iat": False},
            )
        except jwt.InvalidSignatureError:
            raise GrantRefused(_INVALID_GRANT, "Invalid JWT Signature.") from None
        except jwt.PyJWTError as failure:
            raise GrantRefused(_INVALID_GRANT, f"Invalid JWT: {failure}") from None
        now, issued, expires = self._now_ms() / 1000, claims["iat"], claims["exp"]
        if not (issued - _SKEW_SECONDS <= now < expires <= issued + _LIFETIME_SECONDS):
            raise GrantRefused(_INVALID_GRANT, "Invalid JWT: Token must be a short-lived token (60 minutes).")
        return claims
