"""An event's data, parsed at the border like any other JSON."""

from typing import TypeVar

import msgspec

from services.common.outbox import Event

T = TypeVar("T")


class InvalidEventError(ValueError):
    """An event whose data is not what its type promises."""


def payload(event: Event, model: type[T]) -> T:
    """Return the event's data as `model`, or raise `InvalidEventError`."""
    try:
        return msgspec.convert(event.data, model)
    except msgspec.ValidationError:
        # Not chained: msgspec's message may quote what it could not read.
        raise InvalidEventError(event.type) from None
