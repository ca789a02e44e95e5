"""Which pages of other origins may call us: those that are named, exactly, and none by default."""

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import AfterValidator
from starlette.middleware.cors import CORSMiddleware
from starlette.types import ASGIApp

METHODS: Final = ("GET", "POST")
EXPOSED: Final = ("ETag", "Retry-After", "X-Request-Id")
# As long as Chromium remembers a preflight. What is taken off the list is refused at once all the same: the answer to
# the request itself no longer names the origin.
MAX_AGE_SECONDS: Final = 7200

_ORIGIN: Final = re.compile(
    r"(?P<scheme>https?)://(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?::(?P<port>[1-9][0-9]{0,4}))?"
)
_OWN_PORTS: Final[Mapping[str, str]] = MappingProxyType({"http": "80", "https": "443"})


def exact(origin: str) -> str:
    """Return an origin as browsers send it, `https://app.example`; raise `ValueError` for anything else, and for `*`.

    An origin with a path, a trailing slash, its scheme's own port or a capital letter would never match.
    """
    parts = _ORIGIN.fullmatch(origin)
    if parts is None or parts["port"] == _OWN_PORTS[parts["scheme"]]:
        message = "an origin is written as browsers send it: https://app.example"
        raise ValueError(message)
    return origin


Origin = Annotated[str, AfterValidator(exact)]


def cors(app: ASGIApp, *, allowed_origins: Sequence[str], preflight_headers: Sequence[str]) -> ASGIApp:
    """Let pages of these origins call `app`, with a token that they hold; cookies and the like never count.

    Each of `preflight_headers` is one that makes a browser ask first.
    """
    return CORSMiddleware(
        app,
        allow_origins=allowed_origins,
        allow_methods=METHODS,
        allow_headers=("Authorization", "Content-Type", "X-Request-Id", *preflight_headers),
        allow_credentials=False,
        expose_headers=EXPOSED,
        max_age=MAX_AGE_SECONDS,
    )
