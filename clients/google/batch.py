"""The framing of Google's batch endpoint: multipart/mixed, one HTTP message a part, paired by Content-ID.

Source: https://developers.google.com/workspace/calendar/api/guides/batch.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from typing import Final

from clients.errors import UpstreamContract
from clients.google.faults import GOOGLE

MAX_CALLS: Final = 50
# Parts are GETs of percent-encoded targets: they cannot hold a boundary.
_BOUNDARY: Final = "healthmed-batch"
CONTENT_TYPE: Final = f"multipart/mixed; boundary={_BOUNDARY}"


@dataclass(frozen=True, slots=True)
class Get:
    """One read of a batch, under a token of its own: `target` is the percent-encoded path and query."""

    target: str
    token: str


@dataclass(frozen=True, slots=True)
class PartAnswer:
    """What one read got."""

    status: int
    body: bytes


def framed(gets: Iterable[Get]) -> bytes:
    """Frame reads; the n-th is answered as the n-th of `unframed`."""
    parts = [
        f"--{_BOUNDARY}\r\n"
        "Content-Type: application/http\r\n"
        f"Content-ID: <{position}>\r\n\r\n"
        f"GET {get.target} HTTP/1.1\r\n"
        f"Authorization: Bearer {get.token}\r\n\r\n\r\n"
        for position, get in enumerate(gets)
    ]
    return "".join([*parts, f"--{_BOUNDARY}--\r\n"]).encode("ascii")


def unframed(content_type: str, body: bytes, count: int) -> Sequence[PartAnswer]:
    """Take an answer apart, in the order of the reads; Google may have mixed it up.

    Raises `UpstreamContract` unless there is one well-formed part for each of the `count` reads.
    """
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body)
    parts = message.get_payload() if message.is_multipart() else []
    answers = dict(_answer(part) for part in parts if isinstance(part, Message))
    return [_of(answers, position) for position in range(count)]


def _of(answers: Mapping[str, PartAnswer], position: int) -> PartAnswer:
    # Google puts "response-" in front of the id that it was given.
    answer = answers.get(f"<response-{position}>")
    if answer is None:
        raise UpstreamContract(GOOGLE, "a batch without an answer to each part")
    return answer


def _answer(part: Message) -> tuple[str, PartAnswer]:
    payload = part.get_payload(decode=True)
    head, _, body = (payload if isinstance(payload, bytes) else b"").partition(b"\r\n\r\n")
    try:
        _, status, *_ = head.split(maxsplit=2)
        return str(part["Content-ID"]), PartAnswer(int(status), body)
    except ValueError as failure:
        raise UpstreamContract(GOOGLE, "a batch part without a status line") from failure
