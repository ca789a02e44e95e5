from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime

import httpx
import pytest

from clients.google.client import GoogleClient, google_client
from clients.google.credentials import ServiceAccount
from clients.http import http_client
from sandbox.google.running import RunningGoogle, running_google


@pytest.fixture(scope="session")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGoogle]:
    """Run the Google fake in a process of its own; tests keep apart by using calendars of their own."""
    with running_google(tmp_path_factory.mktemp("google") / "google.sqlite") as running:
        yield running


@pytest.fixture
async def http() -> AsyncIterator[httpx.AsyncClient]:
    async with http_client() as client:
        yield client


@pytest.fixture
def calls(http: httpx.AsyncClient) -> list[str]:
    """Note the path of every call to Google but those for tokens."""
    paths: list[str] = []

    async def note(request: httpx.Request) -> None:
        if request.url.path != "/token":
            paths.append(request.url.path)

    http.event_hooks = {"request": [note]}
    return paths


@pytest.fixture
def account(google: RunningGoogle) -> ServiceAccount:
    return ServiceAccount(client_email=google.client_email, private_key=google.private_key_pem)


@pytest.fixture
def client(google: RunningGoogle, http: httpx.AsyncClient, account: ServiceAccount) -> GoogleClient:
    """Make a client of the running fake."""
    token_url = f"{google.url}/token"
    return google_client(
        http, api_url=google.url, token_url=token_url, account=account, clock=lambda: datetime.now(UTC)
    )
