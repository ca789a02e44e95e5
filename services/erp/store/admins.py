"""The people of the ERP."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from services.common.table import Item, Table
from services.erp.models import Admin
from services.erp.store.logins import email_login, login_item

_SORT_KEY: Final = "ADMIN"


def admin_items(admin: Admin) -> Sequence[Item]:
    """Return the items of an admin, login included; `admin.email` in lower case. For seeding."""
    item = {"pk": f"ADMIN#{admin.id}", "sk": _SORT_KEY, "body": admin.model_dump_json()}
    return [item, login_item(email_login("erp", admin.email), admin.id)]


@dataclass(frozen=True, slots=True)
class Admins:
    """The admins of the ERP's table."""

    table: Table

    async def of_ids(self, ids: Collection[str]) -> Sequence[Admin]:
        """Return these admins, unknown ones left out."""
        found = await self.table.get((f"ADMIN#{each}", _SORT_KEY) for each in ids)
        return [Admin.model_validate_json(item["body"]) for item in found.values()]
