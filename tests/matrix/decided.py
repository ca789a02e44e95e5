"""What people decided: who may read which field, in decisions/<audience>.txt."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

from schema.common.principals import ERP_ROLES, Audience, Principal
from schema.permissions import Roles

FOLDER: Final = Path(__file__).parent / "decisions"
ANYBODY: Final = "anybody"


@cache
def decided(audience: Audience) -> Mapping[str, Roles]:
    """Return who may read each field, by coordinate: `Query.doctors`."""
    found: dict[str, Roles] = {}
    roles: Roles = ()
    for line in (FOLDER / f"{audience}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("  "):
            name, _, fields = line.strip().partition(": ")
            found |= {f"{name}.{field}": roles for field in fields.split()}
        elif line and not line.startswith("#"):
            roles = None if line == ANYBODY else tuple(line.split())
    return found


def _person(audience: Audience, person_id: str, *roles: str) -> Principal:
    return Principal(audience=audience, id=person_id, roles=frozenset(roles))


ERP: Final = {role: _person("erp", "adm_1", role) for role in ERP_ROLES}
PEOPLE: Final[Mapping[str, Principal]] = {
    "patient": _person("patient", "pat_1"),
    "patient in a group of every name": _person("patient", "pat_1", "doctor", *ERP_ROLES),
    "doctor": _person("doctor", "doc_1"),
    "doctor in a group of every name": _person("doctor", "doc_1", "patient", *ERP_ROLES),
    **ERP,
    "erp without a group": _person("erp", "adm_1"),
    "erp in groups of other names": _person("erp", "adm_1", "patient", "doctor", "root", "Admin"),
}
# What each is in the decisions; whoever is not here is none of it.
HELD: Final[Mapping[str, str]] = {
    "patient": "patient",
    "patient in a group of every name": "patient",
    "doctor": "doctor",
    "doctor in a group of every name": "doctor",
    **dict(zip(ERP_ROLES, ERP_ROLES, strict=True)),
}


def principals(audience: Audience) -> Mapping[str, Principal]:
    """Return everybody who might come to a graph: its own people, all others, and nobody."""
    return {"nobody": Principal(audience=audience, id=None), **PEOPLE}


def verdict(name: str, roles: Roles) -> str:
    """Return what somebody gets who asks for a field that these roles open."""
    if roles is None or HELD.get(name) in roles:
        return "OPEN"
    return "Unauthenticated" if name == "nobody" else "Forbidden"
