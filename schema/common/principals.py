"""Who is asking, as every graph sees it."""

from dataclasses import dataclass, field
from typing import Final, Literal

Audience = Literal["patient", "doctor", "erp"]

ERP_ROLES: Final = ("admin", "finance", "support", "auditor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A person of one pool: `id` is the opaque Cognito username; None is nobody yet (public operations).

    `roles` are the pool's groups; `held` are the roles that fields ask for. Only the ERP's come from groups.
    `access_token` is what proved it. It is a secret, so it is not shown, and it does not make another person.
    """

    audience: Audience
    id: str | None
    roles: frozenset[str] = frozenset()
    access_token: str | None = field(default=None, repr=False, compare=False)
    held: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "held", self._held())

    def _held(self) -> frozenset[str]:
        if self.id is None:
            return frozenset()
        return self.roles.intersection(ERP_ROLES) if self.audience == "erp" else frozenset({self.audience})


class Unauthenticated(Exception):  # noqa: N818  the name of its error code
    """An operation that needs a person was reached by nobody."""


class Forbidden(Exception):  # noqa: N818  the name of its error code
    """A person has none of the roles that a field asks for."""


def person_id(principal: Principal) -> str:
    """Return who is asking; nobody is refused (admission refuses first, this is the second lock)."""
    if principal.id is None:
        raise Unauthenticated
    return principal.id
