"""What a downstream may answer instead of what was asked.

    UpstreamError
    ├── UpstreamUnavailable   no answer in time, or 5xx: worth another try later
    ├── UpstreamContract      an answer that is not what the downstream promises
    └── UpstreamRefusal       a clear no, with the downstream's own code
        ├── UpstreamForbidden   401, 403
        ├── UpstreamNotFound    404, 410
        ├── UpstreamConflict    409, 412
        └── UpstreamInvalid     400, 422 and the other 4xx

Messages carry the downstream's name and codes, never a body: a body may hold patient data.
"""

from typing import Final


class UpstreamError(Exception):
    """A call to `downstream` did not give what was asked."""

    def __init__(self, downstream: str, reason: str) -> None:
        super().__init__(f"{downstream}: {reason}")
        self.downstream: Final = downstream


class UpstreamUnavailable(UpstreamError):  # noqa: N818  the tree's leaves read as facts, not as "...Error"
    """No answer in time, a broken connection, or a 5xx."""


class UpstreamContract(UpstreamError):  # noqa: N818
    """An answer that does not decode as promised."""


class UpstreamRefusal(UpstreamError):  # noqa: N818
    """A 4xx with the downstream's `code`, such as `SLOT_TAKEN`."""

    def __init__(self, downstream: str, code: str) -> None:
        super().__init__(downstream, code)
        self.code: Final = code


class UpstreamForbidden(UpstreamRefusal):
    """The downstream does not accept this caller."""


class UpstreamNotFound(UpstreamRefusal):
    """The object is absent, or not for this caller."""


class UpstreamConflict(UpstreamRefusal):
    """The state of things does not allow it."""


class UpstreamInvalid(UpstreamRefusal):
    """The request itself is wrong."""
