"""Does an answer ever hold another person's data? 100,000 requests of 50 people at once, each answer checked.

python -m benchmarks.isolation [requests]

The whole application answers in process, over ASGI: real tokens of three pools, whose keys it fetches, and below it a
platform that marks whatever it answers with the person it was asked for (benchmarks/marking.py).
"""

import asyncio
import json
import random
import sys
import time
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, get_args
from unittest.mock import patch

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from pydantic import SecretStr
from starlette.types import ASGIApp

from benchmarks.marking import MarkingPlatform, key_set, marks_in
from bff.app import create_app
from bff.settings import GoogleSettings, PoolSettings, Settings
from schema.common.principals import Audience
from tests.bff.pool import SigningKey
from tests.clients.transports.played import played

REQUESTS: Final = 100_000
AT_ONCE: Final = 200
SEED: Final = 20261124
AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)
# 50 people: the number of each audience's, and how their ids begin.
PEOPLE: Final[Mapping[Audience, tuple[int, str]]] = {"patient": (30, "pat"), "doctor": (15, "doc"), "erp": (5, "adm")}
ROLES: Final = ("admin", "finance", "support", "auditor")
# Everybody of an audience asks the same, for the same ids.
OPERATIONS: Final[Mapping[Audience, Sequence[str]]] = {
    "patient": (
        "{ me { id name email } }",
        '{ appointment(id: "apt_1") { id reason doctor { name bio } } }',
        '{ me { id appointments(first: 2) { nodes { reason } } } record(id: "rec_1") { title } }',
        '{ doctor(id: "doc_1") { name } }',
        (
            'mutation { cancelAppointment(input: {appointmentId: "apt_1", justification: "x"}) '
            "{ ... on AppointmentCancelled { appointment { reason } } } }"
        ),
    ),
    "doctor": (
        "{ me { id name bio } }",
        '{ appointment(id: "apt_1") { id reason patient { name } } }',
        '{ patient(id: "pat_1") { name } record(id: "rec_1") { title } }',
        (
            'mutation { confirmAppointment(input: {appointmentId: "apt_1"}) '
            "{ ... on AppointmentConfirmed { appointment { reason } } } }"
        ),
    ),
    "erp": (
        "{ me { id name email } }",
        "{ doctors(first: 2) { nodes { name email } } patients(first: 2) { nodes { name } } }",
        '{ doctor(id: "doc_1") { name } patient(id: "pat_1") { name } }',
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who is signed in, with two sessions."""

    audience: Audience
    id: str
    tokens: tuple[str, str]


@dataclass(slots=True)
class Outcome:
    """What became of the requests. A fault is an answer with errors, or without anything of its own person's."""

    requests: int = 0
    people: int = 0
    calls: int = 0
    leaks: int = 0
    faults: int = 0
    seconds: float = 0

    def __str__(self) -> str:
        return (
            f"{self.requests:,} requests of {self.people} principals, {AT_ONCE} at a time, {self.calls:,} calls below: "
            f"{self.leaks} leaks, {self.faults} faults, {self.seconds:.1f} s"
        )


def _people(keys: Mapping[Audience, SigningKey]) -> Iterator[Person]:
    for audience, (count, prefix) in PEOPLE.items():
        pool = _pool(audience)
        roles = {"cognito:groups": ROLES} if audience == "erp" else {}
        for number in range(count):
            # Until the year 2100: the application's clock is the system's.
            claims = {"iss": pool.issuer, "client_id": pool.client_id, "iat": 1_700_000_000, "exp": 4_102_444_800}
            id_ = f"{prefix}_{number + 1}"
            first, second = (keys[audience].token(username=id_, jti=f"{id_} {n}", **claims, **roles) for n in range(2))
            yield Person(audience=audience, id=id_, tokens=(first, second))


def _pool(audience: Audience) -> PoolSettings:
    url = f"http://cognito.test/{audience}"
    return PoolSettings(issuer=url, jwks_url=f"{url}/keys", client_id=f"client-of-{audience}")


def _settings(bff_key: Ed25519PrivateKey, google_key: SigningKey) -> Settings:
    signing_key = bff_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    return Settings(
        scheduling_url="http://scheduling.test",
        records_url="http://records.test",
        erp_url="http://erp.test",
        cognito_url="http://cognito.test/",
        google=GoogleSettings(client_email="bff@healthmed.test", private_key=SecretStr(google_key.pem())),
        patient_pool=_pool("patient"),
        doctor_pool=_pool("doctor"),
        erp_pool=_pool("erp"),
        signing_key=SecretStr(signing_key),
        rate_requests_per_minute=10_000_000,
        rate_bookings_per_minute=10_000_000,
    )


@asynccontextmanager
async def _serving(platform: MarkingPlatform, settings: Settings) -> AsyncIterator[ASGIApp]:
    with (
        patch("bff.app.http_client", lambda: httpx.AsyncClient(transport=platform)),
        patch("bff.app.service_transport", lambda _: played(platform)),
    ):
        app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


async def _answer(app: ASGIApp, audience: Audience, token: str, body: bytes) -> bytes:
    """Post one operation straight into the application; return the answer's body."""
    headers = [(b"content-type", b"application/json"), (b"authorization", f"Bearer {token}".encode())]
    path = f"/{audience}/graphql"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": [(b"host", b"bff.test"), *headers],
        "client": ("203.0.113.7", 50_000),
        "server": ("bff.test", 80),
    }
    sent, answered = False, bytearray()

    async def receive() -> dict[str, Any]:
        nonlocal sent
        if sent:
            # The client stays.
            await asyncio.Event().wait()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401  ASGI's own
        answered.extend(message.get("body", b""))

    await app(scope, receive, send)
    return bytes(answered)


async def run(requests: int) -> Outcome:
    """Send so many requests of all people, at random and interleaved, and check each answer."""
    dice = random.Random(SEED)  # noqa: S311  the same requests each time
    keys = {audience: SigningKey.generate(f"key-of-{audience}") for audience in AUDIENCES}
    bff_key = Ed25519PrivateKey.generate()
    public_key = bff_key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    platform = MarkingPlatform({f"/{name}/keys": key_set(key.jwk()) for name, key in keys.items()}, public_key, dice)
    people = tuple(_people(keys))
    bodies = {each: json.dumps({"query": each}).encode() for queries in OPERATIONS.values() for each in queries}
    outcome = Outcome(people=len(people))
    left = iter(range(requests))

    async def worker(app: ASGIApp) -> None:
        for _ in left:
            person = dice.choice(people)
            body = bodies[dice.choice(OPERATIONS[person.audience])]
            answer = await _answer(app, person.audience, dice.choice(person.tokens), body)
            marks = marks_in(answer)
            outcome.requests += 1
            outcome.leaks += bool(marks - {person.id})
            outcome.faults += person.id not in marks or b'"errors"' in answer

    async with _serving(platform, _settings(bff_key, keys["patient"])) as app:
        began = time.perf_counter()
        await asyncio.gather(*(worker(app) for _ in range(AT_ONCE)))
        outcome.seconds = time.perf_counter() - began
    outcome.calls = platform.calls
    return outcome


if __name__ == "__main__":
    found = asyncio.run(run(int(sys.argv[1]) if len(sys.argv) > 1 else REQUESTS))
    print(found)
    sys.exit(bool(found.leaks or found.faults))
