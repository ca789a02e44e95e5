"""The ERP as the tests see it: its HTTP API over a real table, and tokens for whoever calls."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx

from services.common.callers import ANONYMOUS
from services.common.ids import new_id
from services.common.outbox import Outbox
from services.common.table import Table
from tests.services.tokens import Issuers, Person

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


CARLA = "adm_carla"
FINANCE = Person(CARLA, "erp", ("finance",))
SUPPORT = Person(CARLA, "erp", ("support",))
NEW_DOCTOR = Person(ANONYMOUS, "doctor")
NEW_ADMIN = Person(ANONYMOUS, "erp")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The running service, its table, and the keys of those who call."""

    http: httpx.AsyncClient
    table: Table
    issuers: Issuers

    async def get(self, path: str, caller: Person, **query: object) -> httpx.Response:
        """Read as `caller`."""
        params = {name.rstrip("_"): str(value) for name, value in query.items()}
        return await self.http.get(path, params=params, headers=self.issuers.headers(caller))

    async def post(self, path: str, caller: Person, body: Mapping[str, object]) -> httpx.Response:
        """Send as `caller`."""
        return await self.http.post(path, json=body, headers=self.issuers.headers(caller))

    async def put(self, path: str, caller: Person, body: Mapping[str, object]) -> httpx.Response:
        """Replace as `caller`."""
        return await self.http.put(path, json=body, headers=self.issuers.headers(caller))

    async def events(self) -> list[tuple[str, str, int, Mapping[str, object]]]:
        """Return what waits in the outbox: type, entity, version, data."""
        return [(each.type, each.entity, each.version, each.data) for each in await Outbox(self.table).pending()]


def new_doctor(**changes: object) -> dict[str, Any]:
    """Return the body of a registration with a CRM, an e-mail and a key of its own."""
    number = str(secrets.randbelow(8_999_999) + 1_000_000)
    clinic = {
        "name": "Clínica Sé",
        "city": "São Paulo",
        "state": "SP",
        "latitude": -23.55,
        "longitude": -46.63,
    }
    return {
        "name": "Bruno Araújo",
        "crm": {"number": number, "state": "SP"},
        "email": f"d{number}@example.com",
        "specialties": ["cardiology"],
        "bio": "Cardiologista",
        "clinic": clinic,
        "timeZone": "America/Sao_Paulo",
        "priceCents": 35_000,
        "idempotencyKey": secrets.token_hex(8),
    } | changes


def new_invoice(**changes: object) -> dict[str, Any]:
    """Return the body of an invoice of R$ 350."""
    return {
        "patientId": new_id("pat", NOW),
        "doctorId": new_id("doc", NOW),
        "amountCents": 35_000,
        "currency": "BRL",
        "completedAt": "2026-11-24T12:00:00Z",
    } | changes


def code(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the problem's code."""
    return answer.status_code, answer.json()["code"]
