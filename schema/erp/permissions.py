"""What the four roles of the ERP open.

admin: everything. finance: money, and as much of people and appointments as an invoice names. support: registrations
and appointments, no money. auditor: reads everything, changes nothing.
"""

from typing import Final

from schema.common.permissions import RequiresRole
from schema.common.principals import ERP_ROLES

STAFF: Final = RequiresRole(roles=[*ERP_ROLES])
MONEY: Final = RequiresRole(roles=["admin", "finance", "auditor"])
CARE: Final = RequiresRole(roles=["admin", "support", "auditor"])
AUDIT: Final = RequiresRole(roles=["admin", "auditor"])
ADMIN: Final = RequiresRole(roles=["admin"])
