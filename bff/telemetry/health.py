"""Whether the process is alive, and whether it may be sent requests."""

import asyncio
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse

from bff.auth.keys import KeyRing
from schema.common.principals import Audience


async def live(_request: Request) -> JSONResponse:
    """Say that the process serves."""
    return JSONResponse({"status": "live"})


class Ready:
    """Says whether every pool's keys have been loaded: before that, no token can be checked.

    Once ready, always ready. Keys that become too old through an outage are every process's trouble: to take them all
    out of service would end what needs no token too.
    """

    def __init__(self, rings: Mapping[Audience, KeyRing]) -> None:
        self._rings = rings

    async def answer(self, _request: Request) -> JSONResponse:
        """Answer 200, or 503 with the pools that are waited for."""
        ready = await asyncio.gather(*(ring.ready() for ring in self._rings.values()))
        waiting = [pool for pool, is_ready in zip(self._rings, ready, strict=True) if not is_ready]
        if waiting:
            return JSONResponse({"status": "waiting", "pools": waiting}, status_code=503)
        return JSONResponse({"status": "ready"})
