import json

import pytest

from clients.errors import (
    UpstreamConflict,
    UpstreamError,
    UpstreamForbidden,
    UpstreamInvalid,
    UpstreamNotFound,
    UpstreamRefusal,
    UpstreamUnavailable,
)
from clients.google.faults import fault


def body(reason: str) -> bytes:
    error = {"domain": "global", "reason": reason, "message": "Ana Lima's calendar"}
    return json.dumps({"error": {"errors": [error], "code": 0, "message": "Ana Lima's calendar"}}).encode()


@pytest.mark.parametrize(
    ("status", "reason", "expected"),
    [
        (400, "invalid", UpstreamInvalid),
        (401, "authError", UpstreamForbidden),
        (403, "forbidden", UpstreamForbidden),
        (403, "insufficientPermissions", UpstreamForbidden),
        (403, "rateLimitExceeded", UpstreamUnavailable),
        (403, "userRateLimitExceeded", UpstreamUnavailable),
        (403, "quotaExceeded", UpstreamUnavailable),
        (404, "notFound", UpstreamNotFound),
        (409, "duplicate", UpstreamConflict),
        (410, "deleted", UpstreamNotFound),
        (412, "conditionNotMet", UpstreamConflict),
        (429, "rateLimitExceeded", UpstreamUnavailable),
        (500, "backendError", UpstreamUnavailable),
        (503, "backendError", UpstreamUnavailable),
    ],
)
def test_each_refusal_has_its_error(status: int, reason: str, expected: type[UpstreamError]) -> None:
    """The reason is told, the message, which may name people, is not."""
    error = fault(status, body(reason))
    assert type(error) is expected
    assert not isinstance(error, UpstreamRefusal) or error.code == reason
    assert reason in str(error)
    assert "Ana" not in str(error)


@pytest.mark.parametrize("content", [b"", b"<html>", b'{"error": {"errors": []}}', b"\xff"])
def test_a_body_that_is_not_googles_still_has_an_error(content: bytes) -> None:
    assert str(fault(404, content)) == "google: unknown"
