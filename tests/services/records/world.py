"""The records service as the tests see it: real AWS protocols, a clock that moves, scheduling played by a script."""

import hashlib
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import SecretStr

from services.common.callers import CallerCheck, Pool
from services.common.ids import new_id
from services.common.outbox import Event, Outbox
from services.common.table import Table

SCHEDULING_URL = "http://scheduling.test"
VISITOR = "anonymous"
WEEK = timedelta(days=7)
FILE = b"%PDF-1.4 a small hemogram"
REGISTRATION: Mapping[str, object] = {
    "name": "Ana Conceição",
    "cpf": "529.982.247-25",
    "email": "ana@example.com",
    "phone": "(11) 98765-4321",
    "birthDate": "1990-05-17",
    "timeZone": "America/Sao_Paulo",
    "consents": [{"kind": "TELEMEDICINE", "version": "1"}],
}


@dataclass(frozen=True, slots=True)
class Person:
    """Who calls, as the BFF says it."""

    actor: str
    pool: Pool
    roles: tuple[str, ...] = ()


NOBODY = Person(VISITOR, "patient")
ADMIN = Person("adm_" + "0" * 26, "erp", ("support",))


def person(prefix: str) -> Person:
    """Make up a patient (`pat`) or a doctor (`doc`)."""
    return Person(new_id(prefix, datetime.now(UTC)), "patient" if prefix == "pat" else "doctor")


def new_record(**changes: object) -> dict[str, object]:
    """Return the body of POST /records for `FILE`, with a key of its own."""
    return {
        "title": "Hemogram",
        "category": "EXAM",
        "contentType": "application/pdf",
        "sizeBytes": len(FILE),
        "sha256": hashlib.sha256(FILE).hexdigest(),
        "idempotencyKey": secrets.token_hex(8),
    } | changes


@contextmanager
def aws_environment(url: str) -> Iterator[None]:
    """Point the AWS clients that are opened meanwhile at the emulator."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ENDPOINT_URL", url)
        environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        yield


@dataclass(frozen=True, slots=True, kw_only=True)
class Keys:
    """The keys by which the BFF and the records service say who they are."""

    bff: Ed25519PrivateKey
    records: Ed25519PrivateKey

    def callers(self) -> dict[str, str]:
        """Return the public keys, as the services' settings hold them."""
        keys = {"bff": self.bff.public_key(), "records": self.records.public_key()}
        pem, form = Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
        return {issuer: key.public_bytes(pem, form).decode() for issuer, key in keys.items()}

    def signing_key(self) -> SecretStr:
        """Return the records service's own key, as its settings hold it."""
        return SecretStr(self.records.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())

    def token(self, person: Person, **claims: object) -> str:
        """Sign the internal token that the BFF would; `claims` change it."""
        now = datetime.now(UTC)
        said: dict[str, object] = {"iss": "bff", "aud": "healthmed-services", "sub": person.actor, "pool": person.pool}
        said |= {"roles": list(person.roles), "iat": now, "exp": now + timedelta(seconds=60)}
        return jwt.encode(said | claims, self.bff, algorithm="EdDSA")

    def headers(self, person: Person) -> dict[str, str]:
        """Return what a call in this person's name carries."""
        return {"Authorization": f"Bearer {self.token(person)}"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulator:
    """Open connections to the emulator, whose address is `url`; one a session."""

    url: str
    dynamodb: Any
    s3: Any
    http: httpx.AsyncClient
    bucket: str
    kms_key_id: str


@dataclass(kw_only=True)
class Scheduling:
    """Answers what records asks scheduling, for the records service's own token alone; remembers the calls."""

    check: CallerCheck
    appointments: dict[str, dict[str, Any]] = field(default_factory=dict)
    relations: set[tuple[str, str]] = field(default_factory=set)
    doctors: dict[str, str] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    down: bool = False

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Play GET /care-relations, GET /appointments and GET /doctors."""
        self.calls.append(request.url.path)
        if self.down:
            return httpx.Response(500)
        caller = self.check(request.headers["authorization"].removeprefix("Bearer "))
        assert caller.is_service("records")
        query = request.url.params
        match request.url.path:
            case "/care-relations":
                asked = query["patientIds"].split(",")
                return httpx.Response(200, json=[each for each in asked if (query["doctorId"], each) in self.relations])
            case "/appointments":
                asked = query["ids"].split(",")
                return httpx.Response(
                    200, json=[self.appointments[each] for each in asked if each in self.appointments]
                )
            case "/doctors":
                asked = query["ids"].split(",")
                return httpx.Response(
                    200, json=[_doctor(each, self.doctors[each]) for each in asked if each in self.doctors]
                )
            case path:
                raise AssertionError(path)

    def book(self, appointment_id: str, patient_id: str, doctor_id: str) -> None:
        """Let there be an appointment."""
        self.relations.add((doctor_id, patient_id))
        self.appointments[appointment_id] = {
            "id": appointment_id,
            "patientId": patient_id,
            "doctorId": doctor_id,
            "status": "CONFIRMED",
            "startsAt": "2026-11-24T13:00:00Z",
            "endsAt": "2026-11-24T13:50:00Z",
            "timeZone": "America/Sao_Paulo",
            "priceCents": 20000,
            "currency": "BRL",
            "reason": "A cough",
            "createdAt": "2026-11-20T13:00:00Z",
            "version": 2,
            "telemedicineConsentAt": "2026-11-20T13:00:00Z",
            "cancellation": None,
            "declineReason": None,
            "meeting": None,
            "history": [],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """One records service over a table of its own."""

    http: httpx.AsyncClient
    emulator: Emulator
    table: Table
    scheduling: Scheduling
    keys: Keys
    clock_file: Path

    async def get(self, caller: Person, path: str, **query: object) -> httpx.Response:
        """Read `path` as `caller`; lists are joined by commas."""
        return await self.http.get(path, params=_query(query), headers=self.keys.headers(caller))

    async def post(self, caller: Person, path: str, body: Mapping[str, object] | None = None) -> httpx.Response:
        """Send JSON to `path` as `caller`."""
        return await self.http.post(path, json=dict(body or {}), headers=self.keys.headers(caller))

    async def delete(self, caller: Person, path: str) -> httpx.Response:
        """Remove `path` as `caller`."""
        return await self.http.delete(path, headers=self.keys.headers(caller))

    def advance(self, by: timedelta) -> None:
        """Move the service's clock on."""
        ahead = float(self.clock_file.read_text()) + by.total_seconds()
        self.clock_file.write_text(str(ahead))

    def now(self) -> datetime:
        """Say what time it is for the service."""
        return datetime.now(UTC) + timedelta(seconds=float(self.clock_file.read_text()))

    def doctor(self, status: str = "ACTIVE") -> Person:
        """Make up a doctor whom scheduling knows."""
        doctor = person("doc")
        self.scheduling.doctors[doctor.actor] = status
        return doctor

    async def events(self, kind: str | None = None) -> list[Event]:
        """Return what the outbox tells, of one type or all, oldest first."""
        told = await Outbox(self.table).pending(limit=1000)
        return [event for event in told if kind in {None, event.type}]

    async def register(self, **changes: object) -> str:
        """Register a patient and return the id; `changes` say what is not as usual."""
        answer = await self.post(NOBODY, "/patients", {**REGISTRATION, **changes})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def announce(self, patient: Person, **changes: object) -> dict[str, Any]:
        """Announce a file and return the answer."""
        answer = await self.post(patient, "/records", new_record(**changes))
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    async def upload(self, upload: Mapping[str, Any], content: bytes, **headers: str) -> httpx.Response:
        """Send bytes to S3 as the answer of POST /records says; `headers` (`_` for `-`) change it."""
        said = {header["name"].lower(): header["value"] for header in upload["uploadHeaders"]}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        return await self.emulator.http.put(upload["uploadUrl"], content=content, headers=said)

    async def add_record(self, patient: Person, **changes: object) -> str:
        """Announce, upload and finish a small file; return the record's id."""
        upload = await self.announce(patient, **changes)
        assert (await self.upload(upload, FILE)).status_code == 200
        answer = await self.post(patient, f"/records/{upload['record']['id']}/finish")
        assert answer.json()["status"] == "READY", answer.text
        return str(upload["record"]["id"])

    async def share(self, patient: Person, doctor: Person, *records: str, lasting: timedelta = WEEK) -> list[str]:
        """Share records with a doctor; return the shares' ids."""
        expires_at = (self.now() + lasting).isoformat()
        body = {"recordIds": list(records), "doctorId": doctor.actor, "expiresAt": expires_at}
        answer = await self.post(patient, "/shares", body)
        assert answer.status_code == 201, answer.text
        return [share["id"] for share in answer.json()]


def _doctor(identifier: str, status: str) -> dict[str, object]:
    return {
        "id": identifier,
        "name": "Bruno",
        "crm": {"number": "123456", "state": "SP"},
        "specialties": ["cardiology"],
        "bio": "Cardiologist",
        "clinic": {"name": "Sé", "city": "São Paulo", "state": "SP", "latitude": -23.55, "longitude": -46.63},
        "timeZone": "America/Sao_Paulo",
        "priceCents": 20000,
        "currency": "BRL",
        "rating": {"average": None, "count": 0},
        "calendarId": "bruno@clinic.example",
        "status": status,
    }


def _query(values: Mapping[str, object]) -> dict[str, str]:
    return {name.rstrip("_"): _text(value) for name, value in values.items() if value is not None}


def _text(value: object) -> str:
    return ",".join(value) if isinstance(value, Collection) and not isinstance(value, str) else str(value)
