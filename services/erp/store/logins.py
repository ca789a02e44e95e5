"""Logins: what a person types to say who they are, each belonging to one person."""

from collections.abc import Collection, Sequence
from typing import Final, Literal

from services.common.table import Item, Table
from services.erp.models import Crm

_SORT_KEY: Final = "LOGIN"


def crm_login(crm: Crm) -> str:
    """Return the key of a doctor's CRM."""
    return f"LOGIN#CRM#{crm.number}/{crm.state}"


def email_login(pool: Literal["doctor", "erp"], email: str) -> str:
    """Return the key of an e-mail (as `parse_email` gives it): unique within its pool."""
    return f"LOGIN#EMAIL#{pool}#{email}"


def login_item(login: str, owner: str) -> Item:
    """Return the item that gives `login` to the person with id `owner`."""
    return {"pk": login, "sk": _SORT_KEY, "owner": owner}


async def owners_of(table: Table, logins: Collection[str]) -> Sequence[str]:
    """Return the ids of the people to whom these logins belong, in the order of `logins`; unknown ones are left out."""
    found = await table.get((login, _SORT_KEY) for login in logins)
    return [found[login, _SORT_KEY]["owner"] for login in logins if (login, _SORT_KEY) in found]
