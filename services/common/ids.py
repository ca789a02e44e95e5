"""Ids: a prefix that says the kind, and a ULID, so that ids sort by their time of creation."""

import secrets
from datetime import datetime
from typing import Final

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"
_RANDOM_BITS: Final = 80
_LENGTH: Final = 26


def new_id(prefix: str, now: datetime) -> str:
    """Make an id such as `apt_01k...`: 48 bits of milliseconds, 80 random bits, in Crockford's base 32."""
    return _id(prefix, now, secrets.randbits(_RANDOM_BITS))


def lowest_id(prefix: str, moment: datetime) -> str:
    """Return what sorts before every id made at `moment` or later, and after every id made a millisecond earlier."""
    return _id(prefix, moment, 0)


def _id(prefix: str, moment: datetime, random_bits: int) -> str:
    value = int(moment.timestamp() * 1000) << _RANDOM_BITS | random_bits
    return f"{prefix}_{''.join(_ALPHABET[value >> 5 * place & 31] for place in reversed(range(_LENGTH)))}"
