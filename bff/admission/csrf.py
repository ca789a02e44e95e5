"""Another site's page may not make its visitor's browser send operations here.

A browser sends a request by itself, without asking us first (a CORS preflight), only where its method is GET or POST,
its content type is a form's or plain text or none, and no header is out of the ordinary. So each request needs either
a content type that pages cannot send so, which every POST of JSON has, or one of `PREFLIGHT_HEADERS` with any value.
"""

from typing import Final

from starlette.requests import Request

from bff.answers.messages import Message
from bff.refusals import Refused

PREFLIGHT_HEADERS: Final = ("GraphQL-Require-Preflight", "Apollo-Require-Preflight", "X-Apollo-Operation-Name")
_SIMPLE_TYPES: Final = frozenset({"", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"})


def check_preflighted(request: Request) -> None:
    """Raise `Refused` 403 where a browser would have sent this without a preflight."""
    if media_type(request) in _SIMPLE_TYPES and not any(name in request.headers for name in PREFLIGHT_HEADERS):
        raise Refused(403, "FORBIDDEN", Message.NO_PREFLIGHT, extensions={"headers": ", ".join(PREFLIGHT_HEADERS)})


def media_type(request: Request) -> str:
    """Return the content type without its parameters, in lower case; empty where there is none."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()
