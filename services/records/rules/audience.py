"""Who may make a call at all, by pool and role: decided before anything is read. Pure.

Each raises `Forbidden`.
"""

from typing import Final

from services.common.callers import ANONYMOUS, BFF, Caller, Forbidden

ERP_ROLES: Final = ("admin", "finance", "support", "auditor")


def require_visitor(caller: Caller) -> None:
    """Let somebody go on who is at the patients' door and has not signed in."""
    _require(caller.pool == "patient" and caller.actor == ANONYMOUS)


def require_patient(caller: Caller) -> None:
    """Let a patient go on."""
    _require(_is_person(caller) and caller.pool == "patient")


def require_doctor(caller: Caller) -> None:
    """Let a doctor go on."""
    _require(_is_person(caller) and caller.pool == "doctor")


def require_reader(caller: Caller) -> None:
    """Let those go on who read medical records: patients and doctors, no admin and no service."""
    _require(_is_person(caller) and caller.pool in {"patient", "doctor"})


def require_admin(caller: Caller) -> None:
    """Let an admin of any role go on."""
    _require(_is_person(caller) and caller.has_role(*ERP_ROLES))


def require_auditor(caller: Caller) -> None:
    """Let those go on who may read everybody's audit."""
    _require(_is_person(caller) and caller.has_role("admin", "auditor"))


def require_bff(caller: Caller) -> None:
    """Let the BFF go on, as itself and for nobody."""
    _require(caller.is_service(BFF))


def require_known(caller: Caller) -> None:
    """Let everybody go on who may see some patient: not a visitor, not an admin without a role."""
    _require(caller.is_service() or (_is_person(caller) and (caller.pool != "erp" or caller.has_role(*ERP_ROLES))))


def _is_person(caller: Caller) -> bool:
    return caller.pool != "service" and caller.actor != ANONYMOUS


def _require(allowed: bool) -> None:
    if not allowed:
        raise Forbidden
