"""The batch endpoint's framing: multipart/mixed of application/http parts, each with a Content-ID."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from http import HTTPStatus
from typing import Final

from sandbox.google.calls import Answer
from sandbox.google.errors import GoogleError

MAX_CALLS: Final = 1000
_BOUNDARY: Final = "batch_healthmed_sandbox"
ANSWER_TYPE: Final = f"multipart/mixed; boundary={_BOUNDARY}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One call of a batch; its headers have lower-case names and include those of the outer request."""

    content_id: str
    http_method: str
    target: str
    headers: Mapping[str, str]
    content: bytes


def parts(outer: Mapping[str, str], content: bytes) -> list[Part]:
    """Take a batch apart. A header of a part overrides the batch's own. Raises 400 for other framing."""
    message = message_from_bytes(f"Content-Type: {outer.get('content-type', '')}\r\n\r\n".encode() + content)
    found = message.get_payload() if message.is_multipart() else None
    if not isinstance(found, list):
        raise GoogleError(400, "badRequest", "Failed to parse batch request, error: not multipart/mixed.")
    if not 0 < len(found) <= MAX_CALLS:
        raise GoogleError(400, "badRequest", f"A batch holds 1 to {MAX_CALLS} calls.")
    return [_part(outer, each) for each in found if isinstance(each, Message)]


def joined(answers: Iterable[tuple[str, Answer]]) -> bytes:
    """Put answers, by their calls' Content-ID, into a body of the type `ANSWER_TYPE`."""
    return b"".join(_framed(answers))


def _part(outer: Mapping[str, str], message: Message) -> Part:
    if message.get_content_type() != "application/http":
        raise GoogleError(400, "badRequest", "Failed to parse batch request, error: a part is not application/http.")
    first, _, rest = _bytes(message).lstrip().partition(b"\n")
    try:
        http_method, target, _ = first.decode().split()
    except ValueError:
        raise GoogleError(400, "badRequest", "Failed to parse batch request, error: no request line.") from None
    inner = message_from_bytes(rest)
    inherited = {name: value for name, value in outer.items() if not name.startswith("content-")}
    return Part(
        content_id=str(message.get("Content-ID", "")),
        http_method=http_method,
        target=target,
        headers={**inherited, **{name.lower(): str(value) for name, value in inner.items()}},
        content=_bytes(inner),
    )


def _bytes(message: Message) -> bytes:
    payload = message.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _framed(answers: Iterable[tuple[str, Answer]]) -> Iterator[bytes]:
    for content_id, answer in answers:
        head = f"--{_BOUNDARY}\r\nContent-Type: application/http\r\n"
        if content_id:
            # Google gives back "<response-" and the id that it was given.
            head += f"Content-ID: {content_id.replace('<', '<response-', 1)}\r\n"
        content = json.dumps(answer.body, ensure_ascii=False).encode() if answer.body is not None else b""
        status = f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}"
        head += (
            f"\r\n{status}\r\nContent-Type: application/json; charset=UTF-8\r\nContent-Length: {len(content)}\r\n\r\n"
        )
        yield head.encode() + content + b"\r\n"
    yield f"--{_BOUNDARY}--\r\n".encode()
