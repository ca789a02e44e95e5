"""Where a test plays the services: respx, or a transport of httpx's, answers for what the BFF opens at its start."""

from typing import Self

import httpx

from clients.transports.over_httpx import OverHttpx


class Played(OverHttpx):
    """In place of what `service_transport` makes."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_failure: object) -> None:
        await self.client.aclose()


def played(transport: httpx.AsyncBaseTransport | None = None) -> Played:
    """Return a transport over httpx; without its own `transport`, respx stands below it."""
    return Played(httpx.AsyncClient(transport=transport))
