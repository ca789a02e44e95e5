"""Calls over httpx: for the services, and for tests that play a downstream."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx

from clients.transports.transport import Answer, BodyTooLarge, NoAnswer, check_sendable


@dataclass(frozen=True, slots=True)
class OverHttpx:
    """A transport over `client`, which decides on pools, connect timeouts and redirects: see `http_client`."""

    client: httpx.AsyncClient

    async def exchange(  # noqa: PLR0913  as in `Transport`
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        max_body_bytes: int,
        timeout_seconds: float,
    ) -> Answer:
        """Send one request and return its answer, as `Transport` says."""
        check_sendable(url, headers)
        try:
            async with (
                asyncio.timeout(timeout_seconds),
                self.client.stream(method, url, headers=headers, content=body) as response,
            ):
                return Answer(response.status_code, await _bounded(response, max_body_bytes), response.headers)
        except (httpx.HTTPError, TimeoutError) as failure:
            raise NoAnswer(type(failure).__name__) from failure


async def _bounded(response: httpx.Response, max_body_bytes: int) -> bytes:
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > max_body_bytes:
            raise BodyTooLarge
    return bytes(body)
