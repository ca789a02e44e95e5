"""The other services, as the worker calls them: each time with a token that is fresh."""

from dataclasses import dataclass

import httpx

from clients.erp.client import ErpClient
from clients.http import Downstream
from clients.scheduling.client import SchedulingClient
from clients.transports.over_httpx import OverHttpx
from services.common.service_token import ServiceToken


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """Makes the clients of the services at these base URLs; take a new one for each call."""

    http: httpx.AsyncClient
    token: ServiceToken
    scheduling_url: str
    erp_url: str

    @property
    def scheduling(self) -> SchedulingClient:
        """Scheduling, called as this worker."""
        return SchedulingClient(self._downstream("scheduling", self.scheduling_url))

    @property
    def erp(self) -> ErpClient:
        """The ERP, called as this worker."""
        return ErpClient(self._downstream("erp", self.erp_url))

    def _downstream(self, name: str, base_url: str) -> Downstream:
        return Downstream(name=name, base_url=base_url, http=OverHttpx(self.http), headers=self.token.headers())
