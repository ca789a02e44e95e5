"""What becomes of a token, in a word."""

from bff.auth.keys import KeysUnavailable
from bff.auth.tokens import InvalidToken, TokenCheck


async def verdict(check: TokenCheck, token: str) -> str:
    """Say whose token it is, or what became of it."""
    try:
        return (await check(token)).id or "nobody"
    except InvalidToken:
        return "refused"
    except KeysUnavailable:
        return "cannot be told"
