"""Google's JSON into models."""

from typing import TypeVar

import msgspec

from clients.errors import UpstreamContract
from clients.google.faults import GOOGLE

T = TypeVar("T")


def decoded(body: bytes, answer: type[T]) -> T:
    """Parse JSON. Raises `UpstreamContract`."""
    try:
        return msgspec.json.decode(body, type=answer)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        # Not chained: the message may quote the body.
        raise UpstreamContract(GOOGLE, f"not a {answer.__name__}") from None
