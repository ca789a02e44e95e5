"""What a password must be: the policy of our Cognito pools, judged here first.

Cognito may look at a new password before it looks at the code or at the user, and then its answer would depend on
whether there is one.
"""

from typing import Final

MIN_CHARS: Final = 10
MAX_CHARS: Final = 256
# What Cognito counts as a symbol.
SYMBOLS: Final = frozenset("^$*.[]{}()?-\"!@#%&/\\,><':;|_~`+= ")


def is_weak(password: str) -> bool:
    """Say whether a password is too short, too long, or lacks a capital, a small letter, a digit or a symbol."""
    kinds = (str.isupper, str.islower, str.isdecimal, SYMBOLS.__contains__)
    ascii_only = [each for each in password if each.isascii()]
    return not MIN_CHARS <= len(password) <= MAX_CHARS or not all(any(map(kind, ascii_only)) for kind in kinds)
