"""The wiring of the worker: settings -> clients -> consumers -> one relay an outbox; and a health check."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from clients.cognito.admin import CognitoAdmin
from clients.google.client import google_client
from clients.google.credentials import ServiceAccount
from clients.http import http_client
from services.common.aws import aws_client
from services.common.clock import system_clock
from services.common.outbox import Outbox
from services.common.service_token import ServiceToken
from services.common.table import Table
from services.events.consumers import Consumers
from services.events.doctors import Doctors
from services.events.invoices import Invoices
from services.events.meetings import Meetings
from services.events.platform import Platform
from services.events.relay import Pace, Relay
from services.events.settings import Settings

NAME: Final = "events"

_log: Final = logging.getLogger(__name__)


def worker_app(settings: Settings) -> Starlette:
    """Build the worker: its relays run while the application does."""
    # httpx logs URLs, and Google's name calendars: a doctor's is an e-mail address.
    logging.getLogger("httpx").setLevel(logging.WARNING)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            relays = await _relays(settings, stack)
            app.state.relaying = relaying = asyncio.create_task(_run(relays))
            try:
                yield
            finally:
                relaying.cancel()
                await asyncio.wait([relaying])

    return Starlette(routes=[Route("/health", health)], lifespan=lifespan)


async def health(request: Request) -> JSONResponse:
    """Say whether the relays run."""
    up = not request.app.state.relaying.done()
    return JSONResponse({"status": "up" if up else "down"}, status_code=200 if up else 503)


async def _run(relays: Sequence[Relay]) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            for relay in relays:
                group.create_task(relay.run())
    except Exception:
        _log.exception("the relays have stopped")
        raise


async def _relays(settings: Settings, stack: AsyncExitStack) -> Sequence[Relay]:
    http = await stack.enter_async_context(http_client())
    dynamodb = await stack.enter_async_context(aws_client("dynamodb"))
    cognito_idp = await stack.enter_async_context(aws_client("cognito-idp"))
    google = google_client(
        http,
        api_url=settings.google.api_url,
        token_url=settings.google.token_url,
        account=ServiceAccount(client_email=settings.google.client_email, private_key=settings.google.private_key),
        clock=system_clock,
    )
    platform = Platform(
        http=http,
        token=ServiceToken(NAME, settings.signing_key),
        scheduling_url=settings.scheduling_url,
        erp_url=settings.erp_url,
    )
    consumers = Consumers(
        Doctors(platform=platform, accounts=CognitoAdmin(cognito_idp, settings.doctor_pool_id)),
        Meetings(platform=platform, google=google),
        Invoices(platform=platform),
    )
    return [Relay(Outbox(Table(dynamodb, name)), consumers.consume, Pace()) for name in settings.outbox_tables]
