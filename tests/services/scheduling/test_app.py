"""Nobody gets in without a token that the BFF or a known service has signed for him."""

import time

import httpx
import pytest
from fastapi import FastAPI

from tests.services.scheduling.world import World, code_of
from tests.services.tokens import DOCTOR, EVENTS, PATIENT, Issuers, Person

pytestmark = pytest.mark.anyio


async def test_every_documented_call_needs_a_token(app: FastAPI, world: World) -> None:
    calls = [(method, path) for path, operations in app.openapi()["paths"].items() for method in operations]
    assert len(calls) > 20
    for method, path in calls:
        answer = await world.http.request(method, path.replace("{", "").replace("}", ""), json={})
        assert code_of(answer) == (401, "UNAUTHENTICATED"), path


@pytest.mark.parametrize(
    ("person", "forged"),
    [
        (PATIENT, {"aud": "healthmed-web"}),
        (PATIENT, {"exp": int(time.time()) - 60}),
        (PATIENT, {"iss": "records"}),
        (EVENTS, {"sub": PATIENT.actor, "pool": "patient"}),
        (EVENTS, {"sub": DOCTOR.actor, "pool": "doctor"}),
        (EVENTS, {"sub": "scheduling"}),
        (DOCTOR, {"pool": "service"}),
    ],
    ids=[
        "wrong audience",
        "expired",
        "signed by another than it names",
        "a service as a patient",
        "a service as a doctor",
        "a service as another",
        "a person as a service",
    ],
)
async def test_a_forged_token_is_refused(world: World, person: Person, forged: dict[str, object]) -> None:
    headers = {"Authorization": f"Bearer {world.issuers.token(person, **forged)}"}
    assert code_of(await world.http.get("/specialties", headers=headers)) == (401, "UNAUTHENTICATED")


async def test_a_strangers_signature_is_refused(world: World) -> None:
    headers = Issuers().headers(PATIENT)
    assert code_of(await world.http.get("/specialties", headers=headers)) == (401, "UNAUTHENTICATED")


async def test_a_header_that_names_an_actor_is_not_believed(world: World) -> None:
    """The token alone says who is asking, whatever else is sent."""
    await world.open_practice()
    appointment = await world.booked()
    headers = world.issuers.headers(Person("pat_other", "patient"))
    headers |= {"X-Actor": PATIENT.actor, "X-Pool": "patient", "X-Request-Id": PATIENT.actor}
    answer: httpx.Response = await world.http.get("/appointments", params={"ids": appointment["id"]}, headers=headers)
    assert answer.json() == []
