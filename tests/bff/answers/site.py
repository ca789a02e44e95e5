"""A small application below everything that answers pass, and a client of it."""

from collections.abc import AsyncIterator
from typing import Final

import httpx
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from bff.answers.compression import MINIMUM_BYTES
from bff.answers.wrapping import wrapped

APP: Final = "https://app.healthmed.test"
ELSEWHERE: Final = "https://elsewhere.test"
LARGE: Final = b'{"data": "' + b"healthmed " * 1_000 + b'"}'
GRAPHQL: Final = "application/graphql-response+json; charset=utf-8"
OWN_POLICY: Final = "default-src 'none'; script-src 'self'; frame-ancestors 'none'"


async def json(_request: Request) -> Response:
    """Answer at length."""
    return Response(LARGE, media_type=GRAPHQL, headers={"ETag": '"tag"', "Vary": "Accept"})


async def small(_request: Request) -> Response:
    """Answer one byte below what is compressed."""
    return Response(b" " * (MINIMUM_BYTES - 1), media_type=GRAPHQL, headers={"ETag": '"tag"'})


async def page(_request: Request) -> Response:
    """Answer with a page that has a policy."""
    return HTMLResponse("<p>page</p>", headers={"Content-Security-Policy": OWN_POLICY})


async def stream(request: Request) -> Response:
    """Answer in two parts, of the type that is asked for."""

    async def events() -> AsyncIterator[bytes]:
        yield LARGE
        yield LARGE

    return StreamingResponse(events(), media_type=request.query_params["type"])


async def broken(_request: Request) -> Response:
    """Fail."""
    raise RuntimeError


def client(*, https: bool = False, origins: tuple[str, ...] = (APP,), scheme: str = "http") -> httpx.AsyncClient:
    """Return a client of the wrapped application; a fault is answered, not raised here."""
    app = Starlette(
        routes=[
            Route("/json", json, methods=["GET", "POST"]),
            Route("/small", small),
            Route("/page", page),
            Route("/stream", stream),
            Route("/broken", broken),
        ]
    )
    outer = wrapped(app, allowed_origins=origins, preflight_headers=("X-Preflight", "X-Too"), https=https)
    transport = httpx.ASGITransport(outer, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=f"{scheme}://bff.test")


async def preflight(
    http: httpx.AsyncClient, origin: str, method: str = "POST", header: str = "authorization"
) -> httpx.Response:
    """Ask as a browser does before it sends a page's request."""
    asked = {"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": header}
    return await http.options("/json", headers=asked)
