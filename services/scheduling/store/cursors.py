"""Cursors: the place of the last item that the caller saw, and nothing else.

DynamoDB's own keys would name the item last *read*, which may be another person's.
"""

import base64
import json
from collections.abc import Sequence

from services.common.table import InvalidCursor

Place = Sequence[str | float]


def cursor_of(place: Place) -> str:
    """Write a place in a list as a cursor."""
    return base64.urlsafe_b64encode(json.dumps(place).encode()).decode()


def place_of(cursor: str, *types: type) -> Place:
    """Read a cursor, whose parts must be of `types`; raise `InvalidCursor`."""
    try:
        place = json.loads(base64.urlsafe_b64decode(cursor))
        # A lone surrogate is a text that no store takes.
        json.dumps(place, ensure_ascii=False).encode()
    except ValueError:
        raise InvalidCursor from None
    if not isinstance(place, list) or [type(part) for part in place] != list(types):
        raise InvalidCursor
    return place
