"""Google's error body, the same for every API: https://developers.google.com/workspace/calendar/api/guides/errors."""

from typing import Any, Final


class GoogleError(Exception):
    """A refusal, with the HTTP status `code` and Google's `reason`."""

    def __init__(self, code: int, reason: str, message: str, *, domain: str = "global") -> None:
        super().__init__(message)
        self.code: Final = code
        self.reason: Final = reason
        self.domain: Final = domain

    def body(self) -> dict[str, Any]:
        """Return `{"error": {"errors": [{domain, reason, message}], code, message}}`."""
        message = str(self)
        each = {"domain": self.domain, "reason": self.reason, "message": message}
        return {"error": {"errors": [each], "code": self.code, "message": message}}


def not_found() -> GoogleError:
    """Make the answer for what is absent, and for what this caller may not see."""
    return GoogleError(404, "notFound", "Not Found")


def not_implemented(*what: str) -> GoogleError:
    """Make the answer for a part of Google that this fake leaves out: loud, so that nobody builds on silence."""
    return GoogleError(501, "notImplemented", f"The Google of the sandbox does not implement {' '.join(what)}.")
