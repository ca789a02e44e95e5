from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from services.common.table import Table
from services.erp.app import erp_app
from services.erp.context import Erp
from services.erp.settings import Settings
from tests.services.erp.world import NOW, World
from tests.services.tokens import Issuers


@pytest.fixture(scope="session")
def app(issuers: Issuers) -> FastAPI:
    """Build the app once; each test gives it a table of its own, so the settings name none."""
    return erp_app(Settings(port=0, table="", caller_keys=issuers.public()))


@pytest.fixture
async def erp(table: Table, app: FastAPI, issuers: Issuers) -> AsyncIterator[World]:
    """Serve the ERP over a table of the test's own; it is `NOW`."""
    app.state.erp = Erp.over(table, lambda: NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://erp.test") as http:
        yield World(http=http, table=table, issuers=issuers)
