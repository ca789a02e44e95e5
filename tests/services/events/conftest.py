from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
import respx
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from clients.google.client import GoogleClient, google_client
from clients.google.credentials import ServiceAccount
from clients.http import http_client
from sandbox.google.running import RunningGoogle, running_google
from services.common.aws import aws_client
from services.common.callers import CallerCheck
from services.common.clock import system_clock
from services.common.service_token import ServiceToken
from services.events.platform import Platform
from tests.services import emulators
from tests.services.events.neighbours import ERP_URL, SCHEDULING_URL, Erp, Scheduling
from tests.services.tokens import Issuers, random_id


@pytest.fixture(scope="session")
def google(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningGoogle]:
    """Run the Google fake in a process of its own; tests keep apart by using calendars of their own."""
    with running_google(tmp_path_factory.mktemp("google") / "google.sqlite") as running:
        yield running


@pytest.fixture(scope="session")
async def cognito_idp(ministack_url: str) -> AsyncIterator[Any]:
    """Open a client of the emulator's Cognito."""
    with emulators.aws_environment(ministack_url):
        async with aws_client("cognito-idp") as client:
            yield client


@pytest.fixture
async def pool_id(cognito_idp: Any) -> str:  # noqa: ANN401  aiobotocore clients have no type
    """Create a user pool of the test's own."""
    pool: str = (await cognito_idp.create_user_pool(PoolName=random_id("doctors")))["UserPool"]["Id"]
    return pool


@pytest.fixture(scope="session")
def signing_key(issuers: Issuers) -> str:
    """Return the worker's private key."""
    return issuers.keys["events"].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture
def downstream() -> Iterator[respx.MockRouter]:
    """Catch what goes out by HTTP; Google's fake is reached for real."""
    with respx.mock(assert_all_called=False) as router:
        yield router
        router.clear()


@pytest.fixture
def scheduling(issuers: Issuers, downstream: respx.MockRouter) -> Scheduling:
    """Play scheduling."""
    played = Scheduling(check=CallerCheck(issuers.public()))
    downstream.route(url__startswith=SCHEDULING_URL).mock(side_effect=played.answer)
    return played


@pytest.fixture
def erp(issuers: Issuers, downstream: respx.MockRouter) -> Erp:
    """Play the ERP."""
    played = Erp(check=CallerCheck(issuers.public()))
    downstream.route(url__startswith=ERP_URL).mock(side_effect=played.answer)
    return played


@pytest.fixture
async def services(signing_key: str, downstream: respx.MockRouter) -> AsyncIterator[Platform]:
    """Return the services as the worker calls them."""
    downstream.route(host="127.0.0.1").pass_through()
    async with http_client() as http:
        token = ServiceToken("events", signing_key)
        yield Platform(http=http, token=token, scheduling_url=SCHEDULING_URL, erp_url=ERP_URL)


@pytest.fixture
def calendars(google: RunningGoogle, services: Platform) -> GoogleClient:
    """Return the client of the Google fake."""
    account = ServiceAccount(client_email=google.client_email, private_key=google.private_key_pem)
    token_url = f"{google.url}/token"
    return google_client(services.http, api_url=google.url, token_url=token_url, account=account, clock=system_clock)
