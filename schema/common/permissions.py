"""The second ring: which role a field asks for, declared once per type or field and printed into the SDL.

A field's own declaration counts, else its type's, else that of the interface that brings the field in. A root field has
its own. One without any is nobody's: the graph cannot be built.
"""

from collections.abc import Mapping
from typing import Final

import strawberry
from strawberry.schema_directive import Location

from schema.common.principals import ERP_ROLES, Audience, Forbidden, Principal, Unauthenticated

_WHERE: Final = [Location.FIELD_DEFINITION, Location.OBJECT, Location.INTERFACE]

ROLES: Final[Mapping[Audience, tuple[str, ...]]] = {"patient": ("patient",), "doctor": ("doctor",), "erp": ERP_ROLES}


@strawberry.schema_directive(locations=_WHERE)
class Public:
    """Whoever gets here may read this; an operation of public root fields alone answers without a token."""


@strawberry.schema_directive(locations=_WHERE)
class RequiresRole:
    """Whoever has one of these roles may read this; anybody else gets FORBIDDEN."""

    roles: list[str]


class SignedIn:
    """Any role of the graph that shows the type: for the types that graphs share. The SDL names those roles."""


Declaration = Public | RequiresRole | SignedIn

PUBLIC: Final = Public()
SIGNED_IN: Final = SignedIn()
PATIENT: Final = RequiresRole(roles=["patient"])
DOCTOR: Final = RequiresRole(roles=["doctor"])


def roles_of(declaration: Declaration, audience: Audience) -> frozenset[str] | None:
    """Return which roles a declaration opens to; None is anybody."""
    match declaration:
        case Public():
            return None
        case RequiresRole():
            return frozenset(declaration.roles)
        case SignedIn():
            return frozenset(ROLES[audience])


def require(principal: Principal, roles: frozenset[str] | None) -> None:
    """Let a principal go on who has one of the roles; raise `Unauthenticated` for nobody, else `Forbidden`."""
    if roles is not None and roles.isdisjoint(principal.held):
        raise Unauthenticated if principal.id is None else Forbidden
