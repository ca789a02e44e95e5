import time
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.services.records.world import NOBODY, REGISTRATION, Person, World

pytestmark = pytest.mark.anyio

ANA = Person("pat_" + "0" * 26, "patient")


async def _with(world: World, token: str) -> httpx.Response:
    return await world.http.get("/records", params={"ids": "rec_1"}, headers={"Authorization": f"Bearer {token}"})


async def test_every_documented_call_needs_a_token(world: World) -> None:
    document = (await world.http.get("/openapi.json")).json()

    answers = {
        f"{method} {path}": await world.http.request(method, path.replace("{", "").replace("}", ""), json={})
        for path, operations in document["paths"].items()
        for method in operations
    }

    assert len(answers) == 22
    assert {call: answer.status_code for call, answer in answers.items()} == dict.fromkeys(answers, 401)
    assert {answer.json()["code"] for answer in answers.values()} == {"UNAUTHENTICATED"}


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"aud": "another"},
        {"aud": ["healthmed-services"]},
        {"iss": "records"},
        {"iss": "unknown"},
        {"pool": "service"},
        {"pool": "root"},
        {"sub": 7},
        {"exp": None},
    ],
)
async def test_a_token_that_says_something_wrong_is_refused(world: World, claims: dict[str, Any]) -> None:
    assert (await _with(world, world.keys.token(ANA))).status_code == 200
    assert (await _with(world, world.keys.token(ANA, **claims))).status_code == 401


async def test_a_token_of_anothers_key_or_of_none_is_refused(world: World) -> None:
    claims: dict[str, object] = {
        "iss": "bff",
        "aud": "healthmed-services",
        "sub": ANA.actor,
        "pool": "patient",
        "roles": [],
    }
    claims |= {"iat": int(time.time()), "exp": int(time.time()) + 60}

    assert (await _with(world, jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA"))).status_code == 401
    assert (await _with(world, jwt.encode(claims, "", algorithm="none"))).status_code == 401
    assert (await _with(world, "")).status_code == 401


async def test_the_document_names_operations_by_meaning(world: World) -> None:
    document = (await world.http.get("/openapi.json")).json()

    names = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    assert names == {
        "register_patient",
        "confirm_patient",
        "list_patients",
        "list_all_patients",
        "find_login",
        "start_upload",
        "finish_upload",
        "list_records",
        "list_records_of_patients",
        "list_download_urls",
        "share_records",
        "revoke_share",
        "list_shares_of_records",
        "list_shares_of_patients",
        "write_note",
        "list_notes",
        "count_figures",
        "append_audit_events",
        "audit_ready",
        "list_audit_of_patients",
        "search_audit",
        "open_emergency_access",
    }


async def test_health_needs_no_token(world: World) -> None:
    assert (await world.http.get("/health")).json() == {"status": "up"}


async def test_no_personal_data_reaches_the_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG"):
        await world.register()
        await world.post(NOBODY, "/patients", {**REGISTRATION, "cpf": "52998224724", "phone": "x"})
        await world.post(NOBODY, "/logins", {"login": "529.982.247-25"})
        await world.announce(ANA, title="Biopsy")

    said = [record.getMessage() for record in caplog.records if not record.name.startswith(("botocore", "aiobotocore"))]
    secrets = ("Ana", "52998224725", "529.982.247-25", "ana@example.com", "98765", "Biopsy")
    assert not [message for message in said for secret in secrets if secret in message]
