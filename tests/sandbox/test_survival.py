"""What the platform holds outlives a `kill -9` of every process of it."""

import hashlib
import secrets
from datetime import timedelta
from typing import Any

import anyio
import httpx
import pytest

from sandbox.people import BRUNO, ELISA
from tests.platform import Platform, kill_and_wait_for_platform
from tests.platform_keeper import RunFolder

pytestmark = [pytest.mark.anyio, pytest.mark.platform, pytest.mark.kills_platform]

# Everything is saved a second after the last write, once the platform is idle.
IDLE_SECONDS = 4
RESTART_SECONDS = 120

ME = """
{ me { name email
    appointments(first: 50) { nodes { id status startsAt meeting { status url } } }
    records(first: 50) { nodes { id title status downloadUrl } } } }
"""
DOCTORS = """{ doctors(filter: {near: {latitude: -23.55, longitude: -46.63}}, orderBy: DISTANCE, first: 50) {
  nodes { name distanceKm } } }"""


async def test_people_appointments_and_files_outlive_a_kill(platform: Platform, run_folder: RunFolder) -> None:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        await _book(http, platform)
        before = await _seen(http, platform)
        await anyio.sleep(IDLE_SECONDS)
        platform = kill_and_wait_for_platform(run_folder, RESTART_SECONDS)
        assert await _seen(http, platform) == before


async def _book(http: httpx.AsyncClient, platform: Platform) -> None:
    """Let Elisa book a slot of Bruno's, so that there is something newer than the demo data."""
    headers = platform.internal_headers(ELISA.id, "patient")
    query = {"doctorIds": BRUNO.id, "from": (platform.now() + timedelta(days=40)).date().isoformat(), "days": "7"}
    slots = (await http.get(f"{platform.scheduling_url}/slots", params=query, headers=headers)).json()[0]["slots"]
    booking = {
        "doctorId": BRUNO.id,
        "startsAt": slots[0]["startsAt"],
        "reason": "Retorno",
        "telemedicineConsent": True,
        "idempotencyKey": secrets.token_hex(8),
    }
    answer = await http.post(f"{platform.scheduling_url}/appointments", json=booking, headers=headers)
    assert answer.status_code == 201, answer.text


async def _seen(http: httpx.AsyncClient, platform: Platform) -> list[Any]:
    """Return all that Ana and Elisa see: themselves, appointments, the bytes of their records, doctors by distance."""
    seen: list[Any] = []
    for login in ("ana@example.com", "elisa@example.com"):
        me = (await _ask(http, platform, ME, platform.token("patient", login)))["me"]
        for record in me["records"]["nodes"]:
            data = (await http.get(record.pop("downloadUrl"))).content
            record["sha256"] = hashlib.sha256(data).hexdigest()
        seen.append(me)
    assert seen[0]["records"]["nodes"]
    assert seen[1]["appointments"]["nodes"]
    return [*seen, await _ask(http, platform, DOCTORS)]


async def _ask(http: httpx.AsyncClient, platform: Platform, query: str, token: str | None = None) -> Any:  # noqa: ANN401  JSON
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = (await http.post(f"{platform.bff_url}/patient/graphql", json={"query": query}, headers=headers)).json()
    assert "errors" not in answer, answer
    return answer["data"]
