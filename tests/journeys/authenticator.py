"""An authenticator app: RFC 6238 with its usual numbers, SHA-1, six digits, 30 seconds."""

import hmac
import time
from base64 import b32decode

STEP_SECONDS = 30


def code_of(secret: str) -> str:
    """Return what the authenticator with this secret shows now."""
    counter = int(time.time() // STEP_SECONDS).to_bytes(8)
    digest = hmac.digest(b32decode(secret), counter, "sha1")
    place = digest[-1] & 0x0F
    number = int.from_bytes(digest[place : place + 4]) & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def wrong_code_of(secret: str) -> str:
    """Return what it shows at no time near."""
    return f"{(int(code_of(secret)) + 1) % 10**6:06d}"
