"""Google's refusals in the terms of `clients.errors`.

A refusal that passes with time (429, 5xx, and the 403s that count calls) is `UpstreamUnavailable`; any other 403 and
a 401 after a fresh token are `UpstreamForbidden`. The code is Google's `reason`.
"""

from typing import Final

import msgspec

from clients.errors import (
    UpstreamConflict,
    UpstreamError,
    UpstreamForbidden,
    UpstreamInvalid,
    UpstreamNotFound,
    UpstreamRefusal,
    UpstreamUnavailable,
)
from clients.google.resources import ErrorBody

GOOGLE: Final = "google"
_FIRST_SERVER_ERROR: Final = 500
_TOO_MANY_REQUESTS: Final = 429
_PASSING: Final = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"})
_REFUSALS: Final[dict[int, type[UpstreamRefusal]]] = {
    401: UpstreamForbidden,
    403: UpstreamForbidden,
    404: UpstreamNotFound,
    409: UpstreamConflict,
    410: UpstreamNotFound,
    412: UpstreamConflict,
}


def fault(status: int, body: bytes) -> UpstreamError:
    """Return the error that a status of 400 or more means."""
    reason = _reason(body)
    if status >= _FIRST_SERVER_ERROR or status == _TOO_MANY_REQUESTS or reason in _PASSING:
        return UpstreamUnavailable(GOOGLE, f"status {status} {reason}")
    return _REFUSALS.get(status, UpstreamInvalid)(GOOGLE, reason)


def _reason(body: bytes) -> str:
    try:
        reasons = msgspec.json.decode(body, type=ErrorBody).error.errors
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return "unknown"
    return reasons[0].reason if reasons else "unknown"
