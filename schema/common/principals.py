"""Who is asking, as every graph sees it."""

from dataclasses import dataclass, field
from typing import Literal

Audience = Literal["patient", "doctor", "erp"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A person of one pool: `id` is the opaque Cognito username; None is nobody yet (public operations).

    `access_token` is what proved it. It is a secret, so it is not shown, and it does not make another person.
    """

    audience: Audience
    id: str | None
    roles: frozenset[str] = frozenset()
    access_token: str | None = field(default=None, repr=False, compare=False)


class Unauthenticated(Exception):  # noqa: N818  the name of its error code
    """An operation that needs a person was reached by nobody."""


def person_id(principal: Principal) -> str:
    """Return who is asking; nobody is refused (admission refuses first, this is the second lock)."""
    if principal.id is None:
        raise Unauthenticated
    return principal.id
