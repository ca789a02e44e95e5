"""A user pool's key set, from its public address."""

import asyncio
from typing import Final

import httpx
import msgspec

from clients.cognito.models import KeySet
from clients.errors import UpstreamContract, UpstreamUnavailable
from clients.wire import UNDECODABLE

TIMEOUT_SECONDS: Final = 3.0
MAX_BODY_BYTES: Final = 100_000

_NAME: Final = "cognito"
_OK: Final = 200
# One chunk of a compressed answer may be a thousand times as large as it looks.
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}


async def key_set(http: httpx.AsyncClient, url: str) -> KeySet:
    """Fetch the key set (RFC 7517) at `url`: whole within `TIMEOUT_SECONDS`, no redirect followed.

    Raises `UpstreamUnavailable` or `UpstreamContract`, which name the address: a process has several pools.
    """
    try:
        async with (
            asyncio.timeout(TIMEOUT_SECONDS),
            http.stream("GET", url, headers=_HEADERS, follow_redirects=False) as response,
        ):
            if response.status_code != _OK:
                raise UpstreamUnavailable(_NAME, f"{url}: status {response.status_code}")
            if "Content-Encoding" in response.headers:
                raise UpstreamContract(_NAME, f"{url}: a compressed key set")
            body = await _bounded(response, url)
    except (httpx.HTTPError, TimeoutError) as failure:
        raise UpstreamUnavailable(_NAME, f"{url}: {type(failure).__name__}") from failure
    try:
        return msgspec.json.decode(body, type=KeySet)
    except UNDECODABLE:
        raise UpstreamContract(_NAME, f"{url}: not a key set") from None


async def _bounded(response: httpx.Response, url: str) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise UpstreamContract(_NAME, f"{url}: a key set over {MAX_BODY_BYTES} bytes")
    return bytes(body)
