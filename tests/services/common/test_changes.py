import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from services.common import changes
from services.common.app import service_app
from services.common.callers import CallerCheck
from services.common.change_log import ChangeLog, Pace
from services.common.clock import system_clock
from services.common.outbox import Event, Scalar, event_write
from services.common.table import Table
from services.erp.app import erp_app
from services.erp.settings import Settings as ErpSettings
from services.records.app import records_app
from services.records.settings import Settings as RecordsSettings
from services.scheduling.app import scheduling_app
from services.scheduling.settings import Settings as SchedulingSettings
from tests.services.serving import eventually, served
from tests.services.tokens import ADMIN, DOCTOR, EVENTS, NOBODY, PATIENT, RECORDS, THE_BFF, Issuers, Person

pytestmark = pytest.mark.anyio

PACE = Pace(poll_seconds=0.02, heartbeat_seconds=0.1)


@pytest.fixture
def app(table: Table, issuers: Issuers) -> FastAPI:
    """Build a service that has nothing but its changes."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with changes.change_log(table, system_clock, PACE) as app.state.changes:
            yield

    routes = APIRouter()
    routes.include_router(changes.routes)
    return service_app("A service", routes, CallerCheck(issuers.public()), lifespan)


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with served(app) as url, httpx.AsyncClient(base_url=url, trust_env=False, timeout=5) as http:
        yield http


def log_of(app: FastAPI) -> ChangeLog:
    log: ChangeLog = app.state.changes
    return log


def event(number: int) -> Event:
    data: dict[str, Scalar] = {"appointmentId": f"apt_{number}", "patientId": "pat_ana", "late": False, "reason": None}
    return Event.of("appointment.confirmed", f"apt_{number}", number, datetime.now(UTC), data)


async def blocks(response: httpx.Response) -> AsyncIterator[dict[str, str]]:
    """Yield the stream's blocks as their fields."""
    fields: dict[str, str] = {}
    async for line in response.aiter_lines():
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        else:
            yield fields
            fields = {}


@pytest.mark.parametrize("caller", [PATIENT, DOCTOR, NOBODY, ADMIN, RECORDS], ids=lambda each: each.actor)
async def test_changes_are_for_the_bff_itself_and_the_events_worker(
    http: httpx.AsyncClient, app: FastAPI, issuers: Issuers, caller: Person
) -> None:
    """Not even the BFF reads them on somebody's behalf."""
    answer = await http.get("/changes", headers=issuers.headers(caller))
    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
    assert log_of(app).readers == 0


async def test_without_a_token_there_are_none(http: httpx.AsyncClient) -> None:
    assert (await http.get("/changes")).status_code == 401


@pytest.mark.parametrize(
    "after", ["", "evt_", "evt_" + "0" * 25, "evt_" + "0" * 27, "evt_" + "~" * 26, "apt_" + "0" * 26]
)
async def test_what_is_no_cursor_is_refused(http: httpx.AsyncClient, issuers: Issuers, after: str) -> None:
    answer = await http.get("/changes", params={"after": after}, headers=issuers.headers(THE_BFF))
    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_REQUEST")


@pytest.mark.parametrize("caller", [THE_BFF, EVENTS], ids=lambda each: each.actor)
async def test_a_reader_hears_of_each_event_as_it_happens(
    http: httpx.AsyncClient, table: Table, issuers: Issuers, caller: Person
) -> None:
    async with http.stream("GET", "/changes", headers=issuers.headers(caller)) as response:
        assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
        assert response.headers["cache-control"] == "no-store"
        stream = blocks(response)
        first = await anext(stream)
        assert first.keys() == {":", "id"}
        happened = event(1)
        await table.transact([event_write(happened)])
        async for block in stream:
            if "data" in block:
                break
        assert block["event"] == "appointment.confirmed"
        assert block["id"] <= happened.id
        data: dict[str, Any] = json.loads(block["data"])
        assert datetime.fromisoformat(data.pop("at")) == happened.at
        assert data == {
            "id": happened.id,
            "type": "appointment.confirmed",
            "entity": "apt_1",
            "version": 1,
            "data": {"appointmentId": "apt_1", "patientId": "pat_ana", "late": False, "reason": None},
        }


async def test_a_silent_service_still_breathes(http: httpx.AsyncClient, issuers: Issuers) -> None:
    async with http.stream("GET", "/changes", headers=issuers.headers(THE_BFF)) as response:
        stream = blocks(response)
        beats = [await anext(stream) for _ in range(3)]
        assert all(each.keys() == {":", "id"} for each in beats)


async def test_a_reader_that_leaves_leaves_nothing_behind(
    http: httpx.AsyncClient, app: FastAPI, issuers: Issuers
) -> None:
    tasks = len(asyncio.all_tasks())
    for _ in range(20):
        async with http.stream("GET", "/changes", headers=issuers.headers(THE_BFF)) as response:
            await anext(blocks(response))
            assert log_of(app).readers > 0
    await eventually(lambda: log_of(app).readers == 0 and len(asyncio.all_tasks()) <= tasks + 1)


async def test_a_service_stops_at_once_whoever_reads(app: FastAPI, issuers: Issuers) -> None:
    """Its readers meet the end of their streams, not a cut."""
    loop = asyncio.get_running_loop()
    async with httpx.AsyncClient(trust_env=False) as http:
        async with served(app) as url:
            sent = http.build_request("GET", f"{url}/changes", headers=issuers.headers(THE_BFF))
            response = await http.send(sent, stream=True)
            stream = blocks(response)
            await anext(stream)
            stopped_at = loop.time()
        assert loop.time() - stopped_at < 2
        assert [block async for block in stream if "data" in block] == []
        await response.aclose()


def test_an_application_without_streams_has_none_to_end() -> None:
    changes.end_streams(FastAPI())
    changes.end_streams(object())


@pytest.mark.parametrize("name", ["scheduling", "records", "erp"])
def test_every_service_tells_what_happens(name: str) -> None:
    """Beside its own routes; an answer without an end is not in its OpenAPI document."""
    app = {
        "scheduling": lambda: scheduling_app(SchedulingSettings.model_construct(caller_keys={}), system_clock),
        "records": lambda: records_app(RecordsSettings.model_construct(caller_keys={})),
        "erp": lambda: erp_app(ErpSettings.model_construct(caller_keys={})),
    }[name]()
    assert app.url_path_for("changes") == "/changes"
    assert "/changes" not in app.openapi()["paths"]
