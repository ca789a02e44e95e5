"""The ERP's rules, pure: how a CRM, an e-mail and a name are read, and which role may do what."""

import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Final, get_args
from zoneinfo import available_timezones

from services.erp.models import Crm, CrmInput, Uf

ADMIN: Final = "admin"
FINANCE: Final = "finance"
SUPPORT: Final = "support"
AUDITOR: Final = "auditor"

MAY_READ: Final = frozenset({ADMIN, FINANCE, SUPPORT, AUDITOR})
MAY_READ_MONEY: Final = frozenset({ADMIN, FINANCE, AUDITOR})
MAY_REGISTER: Final = frozenset({ADMIN})

# The address is also the name of the doctor's calendar, which scheduling keeps within this length.
MAX_EMAIL_LENGTH: Final = 200

UFS: Final[Sequence[Uf]] = get_args(Uf)

_NUMBER: Final = re.compile(r"0*([1-9][0-9]{0,6}P?)")
_CRM: Final = re.compile(
    r"""
    (?: CRM [\s/-]* )?
    (?:
        (?P<state_first> [A-Z]{2} ) [\s/:-]* (?P<number_last> [0-9]+ P? )
      | (?P<number_first> [0-9]+ P? ) [\s/-]* (?P<state_last> [A-Z]{2} )
    )
    """,
    re.VERBOSE,
)
_EMAIL: Final = re.compile(r"[a-z0-9._%+'-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")


def parse_crm(text: str) -> Crm | None:
    """Read a CRM as people type it: `123456/SP`, `123456-SP`, `123456SP`, `CRM/SP 123456`, `crm-sp 123.456`.

    A provisional number ends in P. Leading zeros do not count. None where it is no CRM of a Brazilian state.
    """
    found = _CRM.fullmatch(_typed(text))
    if not found:
        return None
    number = found["number_first"] or found["number_last"]
    return crm_of(CrmInput(number=number, state=found["state_last"] or found["state_first"]))


def crm_of(typed: CrmInput) -> Crm | None:
    """Read a CRM whose number and state were typed apart; None where it is none."""
    number = _NUMBER.fullmatch(_typed(typed.number))
    state = next((uf for uf in UFS if uf == _typed(typed.state)), None)
    return Crm(number=number[1], state=state) if number and state else None


def crms_of_number(text: str) -> Sequence[Crm]:
    """Return the CRMs, one a state, that a bare number may mean; none where it is no number."""
    number = _NUMBER.fullmatch(_typed(text))
    return [Crm(number=number[1], state=uf) for uf in UFS] if number else []


def parse_email(text: str) -> str | None:
    """Return an e-mail address in the form that counts as the same one; None where it is none."""
    email = text.strip().lower()
    return email if len(email) <= MAX_EMAIL_LENGTH and _EMAIL.fullmatch(email) else None


def fold(name: str) -> str:
    """Return `name` as lists order and search it: no accents, no case, single spaces."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return " ".join(plain.casefold().split())


def is_time_zone(name: str) -> bool:
    """Say whether `name` is an IANA zone such as `America/Sao_Paulo`."""
    return name in _zones()


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _typed(text: str) -> str:
    return text.strip().upper().replace(".", "")
