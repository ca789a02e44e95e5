"""Who is calling: the internal token that each call to a service carries, and nothing else is believed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final, Literal, cast

import jwt
from fastapi import Depends, Request

from services.common.wire import Problem

Pool = Literal["patient", "doctor", "erp", "service"]

AUDIENCE: Final = "healthmed-services"
BFF: Final = "bff"
PEOPLE: Final = frozenset({"patient", "doctor", "erp"})
ANONYMOUS: Final = "anonymous"
LIFETIME_SECONDS: Final = 60
LEEWAY_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class Caller:
    """The person or service on whose behalf a call is made."""

    actor: str
    pool: Pool
    roles: frozenset[str] = frozenset()

    def is_person(self, pool: Pool, person_id: str) -> bool:
        """Say whether this is that very person of that pool."""
        return self.pool == pool and self.actor == person_id and person_id != ANONYMOUS

    def is_service(self, *names: str) -> bool:
        """Say whether this is a service, one of `names` where any is given."""
        return self.pool == "service" and (not names or self.actor in names)

    def has_role(self, *roles: str) -> bool:
        """Say whether this is an ERP admin with at least one of `roles`."""
        return self.pool == "erp" and not self.roles.isdisjoint(roles)


class UnknownCaller(Problem):
    """No internal token, or one that does not verify: the same answer for every cause."""

    def __init__(self) -> None:
        super().__init__(401, "UNAUTHENTICATED", "A valid internal token is required.")


class Forbidden(Problem):
    """This caller may not make this call, whatever the object."""

    def __init__(self) -> None:
        super().__init__(403, "FORBIDDEN", "This caller may not do that.")


class CallerCheck:
    """Verifies internal tokens against the public key of the issuer that they name.

    `keys`: issuer -> Ed25519 public key in PEM. Each issuer speaks for itself; only the BFF speaks for people too.
    """

    def __init__(self, keys: Mapping[str, str]) -> None:
        self._keys = dict(keys)

    def __call__(self, token: str) -> Caller:
        """Return the caller, or raise `UnknownCaller`. The system's clock decides about expiry, not the sandbox's."""
        try:
            issuer = str(jwt.decode(token, options={"verify_signature": False}).get("iss"))
            claims = jwt.decode(
                token,
                self._keys[issuer],
                algorithms=["EdDSA"],
                audience=AUDIENCE,
                issuer=issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iat", "sub", "aud", "iss"], "strict_aud": True},
            )
        except (jwt.InvalidTokenError, KeyError):
            raise UnknownCaller from None
        return _caller(claims)


def _caller(claims: Mapping[str, object]) -> Caller:
    issuer, actor, pool, roles = claims["iss"], claims["sub"], claims.get("pool"), claims.get("roles", [])
    if not isinstance(actor, str) or not actor or not isinstance(pool, str):
        raise UnknownCaller
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise UnknownCaller
    speaks_for_people = issuer == BFF and pool in PEOPLE
    speaks_for_itself = pool == "service" and actor == issuer
    if not (speaks_for_people or speaks_for_itself):
        raise UnknownCaller
    return Caller(actor, cast("Pool", pool), frozenset(roles))


async def caller_of(request: Request) -> Caller:
    """Give a route the caller of its request; every route of every service depends on it."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        raise UnknownCaller
    check: CallerCheck = request.app.state.caller_check
    return check(token)


CallerOf = Annotated[Caller, Depends(caller_of)]
