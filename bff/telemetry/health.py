"""Whether the process is alive, and whether it may be sent requests."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse

from bff.auth.keys import KeyRing
from schema.common.principals import Audience


async def live(_request: Request) -> JSONResponse:
    """Say that the process serves."""
    return JSONResponse({"status": "live"})


class Ready:
    """Says whether every pool's keys have been loaded: before that, every token would be refused."""

    def __init__(self, rings: Mapping[Audience, KeyRing]) -> None:
        self._rings = rings

    async def answer(self, _request: Request) -> JSONResponse:
        """Answer 200, or 503 with the pools that are waited for."""
        waiting = [pool for pool, ring in self._rings.items() if not await ring.ready()]
        if waiting:
            return JSONResponse({"status": "waiting", "pools": waiting}, status_code=503)
        return JSONResponse({"status": "ready"})
