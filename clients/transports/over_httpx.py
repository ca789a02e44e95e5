"""Calls over httpx: for the services, and for tests that play a downstream."""

import asyncio
from dataclasses import dataclass

import httpx

from clients.transports.transport import Answer, Call, NoAnswer, bounded


@dataclass(frozen=True, slots=True)
class OverHttpx:
    """A transport over `client`, which decides on pools, connect timeouts and redirects: see `http_client`."""

    client: httpx.AsyncClient

    async def exchange(self, call: Call) -> Answer:
        """Send one request and return its answer, as `Transport` says."""
        call.check_sendable()
        try:
            async with (
                asyncio.timeout(call.timeout_seconds),
                self.client.stream(call.method, call.url, headers=call.headers, content=call.body) as response,
            ):
                body = await bounded(response.aiter_bytes(), call.max_body_bytes)
                return Answer(response.status_code, body, response.headers)
        except (httpx.HTTPError, TimeoutError) as failure:
            raise NoAnswer(type(failure).__name__) from failure
