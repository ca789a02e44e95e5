"""Which handshakes become sockets.

A browser names the page's origin in every handshake, and asks no leave of ours first: an origin that is not ours is
refused. What names none is no browser, and has no other site's visitor to act for.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from starlette.requests import HTTPConnection

from bff.answers.messages import Message
from bff.auth.tokens import InvalidToken
from bff.live.protocol import SUBPROTOCOL
from bff.refusals import Refused

# In `connection_init`, since browsers let no page set a header of a handshake.
_TOKEN: Final = "authorization"  # noqa: S105  a name


def check_handshake(connection: HTTPConnection, origins: Collection[str]) -> None:
    """Raise `Refused` 403 for another site's origin, and 400 where our subprotocol is not offered."""
    given = connection.headers.getlist("origin")
    if len(given) > 1 or not set(given) <= set(origins):
        raise Refused(403, "FORBIDDEN", Message.FOREIGN_ORIGIN)
    if SUBPROTOCOL not in connection.scope["subprotocols"]:
        raise Refused(400, "BAD_USER_INPUT", Message.SUBPROTOCOL, extensions={"expected": SUBPROTOCOL})


def bearer(payload: Mapping[str, Any] | None) -> str | None:
    """Return the token of `{"Authorization": "Bearer ..."}`, as the header is written; None where there is none.

    Anything else under that name, in any case, or two of them, raise `InvalidToken`: a bad token is never ignored.
    """
    given = [value for name, value in (payload or {}).items() if name.lower() == _TOKEN]
    if not given:
        return None
    if len(given) > 1 or not isinstance(given[0], str):
        raise InvalidToken
    scheme, _, token = given[0].partition(" ")
    if scheme.lower() != "bearer":
        raise InvalidToken
    return token.strip()
