"""The whole worker: two services' outboxes, Cognito, the Google fake, and the ERP itself."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import httpx
import pytest
import respx
from starlette.applications import Starlette

from clients.google.client import GoogleClient
from clients.google.event_ids import event_id_of
from clients.ids import AppointmentId
from sandbox.google.running import RunningGoogle
from services.common.outbox import Event, Outbox, event_write
from services.common.table import Table
from services.common.table_definition import table_definition
from services.erp.app import erp_app
from services.erp.settings import Settings as ErpSettings
from services.events.app import worker_app
from services.events.relay import Relay
from services.events.settings import GoogleSettings, Settings
from tests.services.erp.world import World, new_doctor
from tests.services.events.neighbours import ERP_URL, SCHEDULING_URL, Scheduling, appointment_event
from tests.services.tokens import ADMIN, Issuers, random_id

pytestmark = pytest.mark.anyio


@pytest.fixture
async def tables(dynamodb: Any) -> AsyncIterator[tuple[Table, Table]]:  # noqa: ANN401  aiobotocore clients have no type
    """Create the tables of scheduling and of the ERP."""
    made = Table(dynamodb, random_id("scheduling")), Table(dynamodb, random_id("erp"))
    for table in made:
        await dynamodb.create_table(**table_definition(table.name))
    yield made
    for table in made:
        await dynamodb.delete_table(TableName=table.name)


@pytest.fixture
async def erp(tables: tuple[Table, Table], issuers: Issuers, downstream: respx.MockRouter) -> AsyncIterator[World]:
    """Run the ERP itself where the worker looks for it."""
    app = erp_app(ErpSettings(port=0, table=tables[1].name, caller_keys=issuers.public()))
    transport = httpx.ASGITransport(app)
    downstream.route(url__startswith=ERP_URL).mock(side_effect=transport.handle_async_request)
    async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport, base_url=ERP_URL) as http:
        yield World(http=http, table=tables[1], issuers=issuers)


@pytest.fixture
async def worker(
    tables: tuple[Table, Table], google: RunningGoogle, pool_id: str, signing_key: str, downstream: respx.MockRouter
) -> AsyncIterator[Starlette]:
    """Run the worker over both outboxes."""
    downstream.route(host="127.0.0.1").pass_through()
    settings = Settings(
        port=0,
        outbox_tables=tuple(table.name for table in tables),
        scheduling_url=SCHEDULING_URL,
        erp_url=ERP_URL,
        signing_key=signing_key,
        doctor_pool_id=pool_id,
        google=GoogleSettings(
            api_url=google.url,
            token_url=f"{google.url}/token",
            client_email=google.client_email,
            private_key=google.private_key_pem,
        ),
    )
    app = worker_app(settings)
    async with app.router.lifespan_context(app):
        yield app


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(200):
        if await true():
            return
        await asyncio.sleep(0.05)
    raise TimeoutError


async def settled(*tables: Table) -> bool:
    return not any([await Outbox(table).pending() for table in tables])


@pytest.mark.usefixtures("worker")
async def test_a_doctors_life(
    erp: World,
    scheduling: Scheduling,
    cognito_idp: Any,  # noqa: ANN401  aiobotocore clients have no type
    pool_id: str,
) -> None:
    """Registered: invited and in the directory. Suspended: locked out and gone from it."""
    doctor = (await erp.post("/doctors", ADMIN, new_doctor())).json()
    await until(lambda: settled(erp.table))
    assert scheduling.profiles[doctor["id"]]["status"] == "ACTIVE"
    assert (await cognito_idp.admin_get_user(UserPoolId=pool_id, Username=doctor["id"]))["Enabled"]
    await erp.post(f"/doctors/{doctor['id']}/suspend", ADMIN, {"reason": "Credentials"})
    await until(lambda: settled(erp.table))
    assert scheduling.profiles[doctor["id"]]["status"] == "SUSPENDED"
    assert not (await cognito_idp.admin_get_user(UserPoolId=pool_id, Username=doctor["id"]))["Enabled"]


@pytest.mark.usefixtures("worker")
async def test_an_appointments_life(
    tables: tuple[Table, Table],
    erp: World,
    scheduling: Scheduling,
    calendars: GoogleClient,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Confirmed: a Meet link. Completed: one invoice. Another one, cancelled: no event left at Google."""
    caplog.set_level(logging.INFO)
    calendar = f"{random_id('doctor')}@example.com"
    kept, dropped = scheduling.confirmed(calendar), scheduling.confirmed(calendar)
    for appointment in (kept, dropped):
        await tables[0].transact([event_write(appointment_event("confirmed", appointment))])
    await until(lambda: settled(*tables))
    assert {kept["meeting"]["status"], dropped["meeting"]["status"]} == {"READY"}
    kept |= {"status": "COMPLETED", "version": 4}
    dropped |= {"status": "CANCELLED", "version": 4}
    await tables[0].transact([event_write(appointment_event("completed", kept))])
    await tables[0].transact([event_write(appointment_event("cancelled", dropped))])
    await until(lambda: settled(*tables))
    invoices = (await erp.get("/invoices/all", ADMIN)).json()["items"]
    assert [each["appointmentId"] for each in invoices] == [kept["id"]]
    event = await calendars.event(calendar, event_id_of(AppointmentId(dropped["id"]), attempt=1))
    assert event.cancelled
    assert "example.com" not in caplog.text


async def health(worker: Starlette) -> tuple[int, object]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(worker), base_url="http://events.test") as http:
        answer = await http.get("/health")
        return answer.status_code, answer.json()


async def test_a_worker_whose_relays_run_is_up(worker: Starlette) -> None:
    assert await health(worker) == (200, {"status": "up"})


async def test_a_worker_whose_relay_has_stopped_is_down_and_says_so(
    worker: Starlette, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> dict[str, list[Event]]:
        raise RuntimeError

    monkeypatch.setattr(Relay, "_ready", broken)
    await asyncio.wait([worker.state.relaying])
    assert await health(worker) == (503, {"status": "down"})
    assert "the relays have stopped" in caplog.messages
