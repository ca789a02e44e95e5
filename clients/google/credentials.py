"""Acting as a doctor at Google: a service account with domain-wide delegation (RFC 7523)."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from clients.errors import UpstreamForbidden, UpstreamUnavailable
from clients.google.decoding import decoded
from clients.google.faults import GOOGLE
from clients.google.resources import GrantRefused, Token

_AUDIENCE: Final = "https://oauth2.googleapis.com/token"
_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
# The narrowest that do: events of calendars the doctor owns, and busy times.
_SCOPES: Final = (
    "https://www.googleapis.com/auth/calendar.events.owned https://www.googleapis.com/auth/calendar.freebusy"
)
_ASSERTION_LIFETIME: Final = timedelta(minutes=5)
_RENEWED_BEFORE_EXPIRY: Final = timedelta(minutes=2)
_OK: Final = 200
_FIRST_SERVER_ERROR: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceAccount:
    """The account's address and its RSA private key as PEM."""

    client_email: str
    private_key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str
    renewed_at: datetime


class GoogleCredentials:
    """Bearer tokens by subject, the calendar owner who is acted for. Lives as long as the process.

    `clock` is the real time, which Google compares with its own.
    """

    def __init__(
        self, http: httpx.AsyncClient, token_url: str, account: ServiceAccount, clock: Callable[[], datetime]
    ) -> None:
        key = load_pem_private_key(account.private_key.encode(), password=None)
        if not isinstance(key, RSAPrivateKey):
            message = "Google signs service accounts with RSA keys only"
            raise TypeError(message)
        self._key = key
        self._http = http
        self._token_url = token_url
        self._client_email = account.client_email
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._fetching: dict[str, asyncio.Task[str]] = {}

    async def token(self, subject: str) -> str:
        """Return a token that is good for two minutes at least; simultaneous callers share one fetch.

        Raises `UpstreamForbidden` when Google does not let the account act for `subject`, `UpstreamUnavailable`,
        `UpstreamContract`.
        """
        kept = self._kept.get(subject)
        if kept is not None and self._clock() < kept.renewed_at:
            return kept.token
        fetch = self._fetching.get(subject)
        if fetch is None:
            fetch = self._fetching[subject] = asyncio.create_task(self._fetch(subject))
            fetch.add_done_callback(lambda done: self._settle(subject, done))
        # A caller who goes away must not take the token from the others.
        return await asyncio.shield(fetch)

    def forget(self, subject: str, token: str) -> None:
        """Drop a token that Google no longer accepts, unless a newer one has taken its place."""
        kept = self._kept.get(subject)
        if kept is not None and kept.token == token:
            del self._kept[subject]

    def _settle(self, subject: str, done: asyncio.Task[str]) -> None:
        del self._fetching[subject]
        if not done.cancelled():
            # Read, so that a failure is not reported as unseen when every caller has gone.
            done.exception()

    async def _fetch(self, subject: str) -> str:
        asked_at = self._clock()
        form = {"grant_type": _GRANT, "assertion": self._assertion(subject, asked_at)}
        try:
            response = await self._http.post(self._token_url, data=form)
        except httpx.HTTPError as failure:
            raise UpstreamUnavailable(GOOGLE, type(failure).__name__) from failure
        if response.status_code >= _FIRST_SERVER_ERROR:
            raise UpstreamUnavailable(GOOGLE, f"token endpoint: status {response.status_code}")
        if response.status_code != _OK:
            raise UpstreamForbidden(GOOGLE, decoded(response.content, GrantRefused).error)
        token = decoded(response.content, Token)
        lifetime = timedelta(seconds=token.expires_in) - _RENEWED_BEFORE_EXPIRY
        self._kept[subject] = _Kept(token.access_token, asked_at + lifetime)
        return token.access_token

    def _assertion(self, subject: str, now: datetime) -> str:
        claims = {
            "iss": self._client_email,
            "sub": subject,
            "scope": _SCOPES,
            "aud": _AUDIENCE,
            "iat": now,
            "exp": now + _ASSERTION_LIFETIME,
        }
        return jwt.encode(claims, self._key, algorithm="RS256")
