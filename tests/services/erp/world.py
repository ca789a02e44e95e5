"""The ERP as the tests see it: its HTTP API over a real table, and tokens for whoever calls."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt

from services.common.callers import ANONYMOUS, AUDIENCE, BFF, Pool
from services.common.ids import new_id
from services.common.outbox import Outbox
from services.common.table import Table

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROLES = ("admin", "finance", "support", "auditor")


@dataclass(frozen=True, slots=True)
class Person:
    """Who calls: an admin with roles unless said otherwise."""

    actor: str = "adm_carla"
    pool: Pool = "erp"
    roles: tuple[str, ...] = ()


ADMIN = Person(roles=("admin",))
FINANCE = Person(roles=("finance",))
SUPPORT = Person(roles=("support",))
AUDITOR = Person(roles=("auditor",))
WITHOUT_ROLE = Person()
PATIENT = Person("pat_ana", "patient")
DOCTOR = Person("doc_bruno", "doctor")
# Roles belong to the ERP's pool: in another one they mean nothing.
DOCTOR_WITH_ROLE = Person("doc_bruno", "doctor", ROLES)
NEW_DOCTOR = Person(ANONYMOUS, "doctor")
NEW_ADMIN = Person(ANONYMOUS, "erp")
EVENTS = Person("events", "service")
RECORDS = Person("records", "service")


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """The running service. `keys`: issuer -> Ed25519 private key in PEM."""

    http: httpx.AsyncClient
    table: Table
    keys: Mapping[str, str]

    async def get(self, path: str, caller: Person, **query: object) -> httpx.Response:
        """Read as `caller`."""
        params = {name.rstrip("_"): str(value) for name, value in query.items()}
        return await self.http.get(path, params=params, headers=self.headers(caller))

    async def post(self, path: str, caller: Person, body: Mapping[str, object]) -> httpx.Response:
        """Send as `caller`."""
        return await self.http.post(path, json=body, headers=self.headers(caller))

    async def put(self, path: str, caller: Person, body: Mapping[str, object]) -> httpx.Response:
        """Replace as `caller`."""
        return await self.http.put(path, json=body, headers=self.headers(caller))

    def headers(self, caller: Person) -> dict[str, str]:
        """Return the token that the BFF makes for a person, and a service for itself."""
        return token_headers(caller, self.keys)

    async def events(self) -> list[tuple[str, str, int, Mapping[str, object]]]:
        """Return what waits in the outbox: type, entity, version, data."""
        return [(each.type, each.entity, each.version, each.data) for each in await Outbox(self.table).pending()]


def token_headers(caller: Person, keys: Mapping[str, str]) -> dict[str, str]:
    """Return the internal token of `caller`, signed as `keys` (issuer -> Ed25519 private key in PEM) allow."""
    issuer = caller.actor if caller.pool == "service" else BFF
    now = datetime.now(UTC)
    claims = {
        "iss": issuer,
        "aud": AUDIENCE,
        "sub": caller.actor,
        "pool": caller.pool,
        "roles": list(caller.roles),
        "iat": now,
        "exp": now + timedelta(seconds=60),
    }
    return {"Authorization": f"Bearer {jwt.encode(claims, keys[issuer], algorithm='EdDSA')}"}


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
