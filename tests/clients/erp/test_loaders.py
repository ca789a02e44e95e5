"""What the ERP leaves out has a meaning, which each loader says; pages are loaded by what was asked for."""

import asyncio
from typing import Any

import httpx
import pytest

from clients.erp.client import ErpClient
from clients.erp.loaders import (
    AdminByIdLoader,
    InvoiceByIdLoader,
    InvoicePage,
    InvoicesByPageLoader,
    RegistrationByDoctorLoader,
)
from clients.erp.models import InvoiceStatus
from clients.errors import UpstreamForbidden
from clients.http import Downstream
from clients.loaders import BatchLoader, Loaders
from clients.pages import PageRequest
from clients.transports.over_httpx import OverHttpx

pytestmark = pytest.mark.anyio

AnyLoader = type[BatchLoader[Any, Any, Any]]


def empty(_request: httpx.Request) -> httpx.Response:
    return httpx.Response(200, json=[])


def paid_only(request: httpx.Request) -> httpx.Response:
    """Refuse every page but that of the paid invoices."""
    if request.url.params["status"] != "PAID":
        return httpx.Response(403, json={"code": "FORBIDDEN"})
    return httpx.Response(200, json={"items": [], "next": "c"})


async def load(loader: AnyLoader, keys: list[Any], transport: httpx.MockTransport) -> list[Any]:
    """Load keys at one level; what fails is in its place."""
    async with httpx.AsyncClient(transport=transport) as http:
        client = ErpClient(Downstream(name="erp", base_url="http://e.test", http=OverHttpx(http), headers={}))
        loaded = Loaders([client])[loader]
        return await asyncio.gather(*map(loaded.load, keys), return_exceptions=True)


@pytest.mark.parametrize("loader", [AdminByIdLoader, RegistrationByDoctorLoader, InvoiceByIdLoader])
async def test_what_is_not_in_the_answer_is_none(loader: AnyLoader) -> None:
    assert await load(loader, ["x_1", "x_2"], httpx.MockTransport(empty)) == [None, None]


async def test_a_page_that_fails_fails_alone() -> None:
    keys = [InvoicePage(PageRequest(20), InvoiceStatus.PAID), InvoicePage(PageRequest(20), InvoiceStatus.OPEN)]
    paid, open_ones = await load(InvoicesByPageLoader, keys, httpx.MockTransport(paid_only))
    assert paid.next == "c"
    assert isinstance(open_ones, UpstreamForbidden)
