"""What every answer passes on its way out."""

from collections.abc import Sequence

from starlette.types import ASGIApp

from bff.answers.compression import compressed
from bff.answers.cors import cors
from bff.answers.security import SecurityHeaders


def wrapped(app: ASGIApp, *, allowed_origins: Sequence[str], preflight_headers: Sequence[str], https: bool) -> ASGIApp:
    """Wrap the whole application.

    From the outside in:

    1. security headers, on whatever anybody below answers;
    2. CORS, which answers preflights itself: no token, body or limit is looked at for them;
    3. compression, which sees the bytes last.

    WebSockets and the lifespan pass through untouched.
    """
    below = cors(compressed(app), allowed_origins=allowed_origins, preflight_headers=preflight_headers)
    return SecurityHeaders(below, https=https)
