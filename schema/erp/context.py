"""What the ERP graph needs; the BFF provides it for each request."""

from dataclasses import dataclass

from strawberry.types import Info

from clients.erp.client import ErpClient
from clients.loaders import Loaders
from schema.common.accounts import Accounts
from schema.common.messages import Language
from schema.common.principals import Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class ErpContext:
    """One request to the ERP graph. The loaders stand on scheduling, records and the ERP."""

    principal: Principal
    language: Language
    loaders: Loaders
    erp: ErpClient
    accounts: Accounts


ErpInfo = Info[ErpContext, None]
