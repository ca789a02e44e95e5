"""How many live connections there may be: for one person, from one network address, in one process."""

from collections import Counter
from typing import Final

from bff.answers.messages import Message
from bff.refusals import Refused

# Enough for the readers of a deployed server to spread out again.
_RETRY_SECONDS: Final = 5


class Places:
    """The places of one process, an event stream or a socket in each.

    Who is not known yet, or is nobody, counts for the address: many people may share one, so it has room for many.
    """

    def __init__(self, *, per_person: int, per_address: int, in_all: int) -> None:
        self._per_person: Final = per_person
        self._per_address: Final = per_address
        self._in_all: Final = in_all
        self._counts: Final[Counter[str]] = Counter()

    @property
    def taken(self) -> int:
        """How many connections are live."""
        return self._counts.total()

    def take(self, address: str, person: str | None = None) -> "Place":
        """Take a place, to be left when the connection ends; raise `Refused` 503 or 429."""
        if self.taken >= self._in_all:
            headers, figures = {"Retry-After": str(_RETRY_SECONDS)}, {"retryAfterSeconds": _RETRY_SECONDS}
            raise Refused(503, "LIMIT_EXCEEDED", Message.LIVE_FULL, headers, figures)
        owner, limit = self._share(address, person)
        self._add(owner, limit)
        return Place(self, owner)

    def hand_over(self, owner: str, person: str) -> str:
        """Count what was `owner`'s as the person's, and return the new owner; raise `Refused` 429, moving nothing."""
        new_owner, limit = self._share(owner, person)
        self._add(new_owner, limit)
        self.give_back(owner)
        return new_owner

    def give_back(self, owner: str) -> None:
        """Count one less of `owner`'s."""
        self._counts[owner] -= 1
        if not self._counts[owner]:
            del self._counts[owner]

    def _share(self, address: str, person: str | None) -> tuple[str, int]:
        if person is None:
            return f"address {address}", self._per_address
        return f"person {person}", self._per_person

    def _add(self, owner: str, limit: int) -> None:
        if self._counts[owner] >= limit:
            figures = {"limit": "liveConnections", "maximum": limit}
            raise Refused(429, "LIMIT_EXCEEDED", Message.LIVE_CONNECTIONS, extensions=figures)
        self._counts[owner] += 1


class Place:
    """One live connection's place."""

    def __init__(self, places: Places, owner: str) -> None:
        self._places: Final = places
        self._owner: str = owner

    def belongs_to(self, person: str) -> None:
        """Count the connection for a person, who turned out to be behind it; raise `Refused` 429."""
        self._owner = self._places.hand_over(self._owner, person)

    def leave(self) -> None:
        """Give the place to others."""
        self._places.give_back(self._owner)
