"""What a downstream needs of HTTP: one request, one whole answer, in time and of a bounded size. See ADR 0014.

Redirects are answers like any other: nothing follows them. Nothing is sent twice, and nothing comes from the
environment.
"""

import re
from collections.abc import AsyncIterable, Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

# An origin and a target, without blanks, control characters, a fragment, or anything beyond ASCII.
_SENDABLE_URL: Final = re.compile(r"https?://[A-Za-z0-9.:\[\]_-]+/[!\"$-~]*")
_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_VALUE: Final = re.compile(r"[\t -~]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, how large the answer's body may be, and how long all of it may take."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None
    max_body_bytes: int
    timeout_seconds: float

    def check_sendable(self) -> None:
        """Raise `Unsendable` where a part could end its line and begin one of its own."""
        if not _SENDABLE_URL.fullmatch(self.url):
            raise Unsendable
        for name, value in self.headers.items():
            if not (_NAME.fullmatch(name) and _VALUE.fullmatch(value)):
                raise Unsendable


class Answer(NamedTuple):
    """What came back: any status, the whole body, and headers, which are found by their names in any case."""

    status: int
    body: bytes
    headers: Mapping[str, str]


class NoAnswer(Exception):  # noqa: N818  it reads as a fact, like the errors of clients.errors
    """Nobody there, a broken connection, no HTTP, or too late: `kind` says which, and quotes nothing."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind: Final = kind


class BodyTooLarge(Exception):  # noqa: N818  as above
    """The body is larger than what was allowed; its connection is closed."""


class Unsendable(Exception):  # noqa: N818  as above
    """The URL or a header would not be one line of HTTP: nothing was sent."""


class Transport(Protocol):
    """How calls travel. Cancelling one closes its connection."""

    async def exchange(self, call: Call) -> Answer:
        """Send one request and return its answer; raise `NoAnswer`, `BodyTooLarge` or `Unsendable`."""


async def bounded(parts: AsyncIterable[bytes], max_body_bytes: int) -> bytes:
    """Return a whole body; raise `BodyTooLarge` as soon as it is too large."""
    body = bytearray()
    async for part in parts:
        body += part
        if len(body) > max_body_bytes:
            raise BodyTooLarge
    return bytes(body)
