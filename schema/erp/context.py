"""What the ERP graph needs; the BFF provides it for each request."""

from dataclasses import dataclass

from strawberry.types import Info

from clients.erp.client import ErpClient
from clients.loaders import Loaders
from schema.common.accounts import Accounts
from schema.common.messages import Language
from schema.common.principals import Principal
from schema.common.trail import Trail
from schema.erp.policies import allows


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpContext:
    """One request to the ERP graph. The loaders stand on scheduling, records and the ERP."""

    principal: Principal
    trail: Trail
    language: Language
    loaders: Loaders
    erp: ErpClient
    accounts: Accounts

    def allows(self, model: object) -> bool:
        """Say whether this person of the ERP may be shown this object."""
        return allows(self.principal, model)


ErpInfo = Info[ErpContext, None]
