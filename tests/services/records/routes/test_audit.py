import secrets
from typing import Any

import pytest

from tests.services.records.world import ADMIN, Person, World, person

pytestmark = pytest.mark.anyio

BFF = Person("bff", "service")
AUDITOR = Person("adm_" + "1" * 26, "erp", ("auditor",))
FINANCE = Person("adm_" + "2" * 26, "erp", ("finance",))


def told(patient_id: str | None, actor: Person, **changes: object) -> dict[str, Any]:
    """Return an event as the BFF sends it."""
    return {
        "operationId": secrets.token_hex(16),
        "requestId": secrets.token_hex(16),
        "actor": actor.actor,
        "pool": actor.pool,
        "roles": list(actor.roles),
        "patientId": patient_id,
        "operation": "ReadRecord",
        "kind": "QUERY",
        "fields": ["Query.record", "MedicalRecord.title"],
        "deniedFields": [],
        "decision": "ALLOWED",
        "at": "2026-11-24T12:00:00Z",
    } | changes


async def test_a_patient_reads_who_read(world: World) -> None:
    ana, bruno = person("pat"), person("doc")
    event = told(ana.actor, bruno)

    answer = await world.post(BFF, "/audit/events", {"events": [event, event]})

    assert (answer.status_code, answer.json()) == (201, {"appended": 1})
    [page] = (await world.get(ana, "/audit/of-patients", patientIds=[ana.actor])).json()
    [entry] = page["items"]
    assert (page["patientId"], page["next"]) == (ana.actor, None)
    assert entry.pop("recordedAt")
    assert entry == event | {"id": f"{event['operationId']}.{ana.actor}", "sequence": 1}


async def test_nobody_reads_anothers(world: World) -> None:
    ana, bia, bruno = person("pat"), person("pat"), person("doc")
    await world.post(BFF, "/audit/events", {"events": [told(ana.actor, bruno)]})

    assert (await world.get(bia, "/audit/of-patients", patientIds=[ana.actor])).json() == []
    for other in (bruno, AUDITOR, BFF):
        assert (await world.get(other, "/audit/of-patients", patientIds=[ana.actor])).status_code == 403


@pytest.mark.parametrize("caller", [ADMIN, FINANCE, Person("pat_1", "patient"), Person("doc_1", "doctor"), BFF])
async def test_only_auditors_and_the_role_admin_search(world: World, caller: Person) -> None:
    assert (await world.get(caller, "/audit/events")).status_code == 403


async def test_auditors_search(world: World) -> None:
    ana, bruno, elisa = person("pat"), person("doc"), person("doc")
    first, second = told(ana.actor, bruno), told(ana.actor, elisa, at="2026-11-25T12:00:00Z", decision="DENIED")
    await world.post(BFF, "/audit/events", {"events": [first, second]})

    async def found(**query: object) -> list[str]:
        answer = await world.get(AUDITOR, "/audit/events", **query)
        return [entry["operationId"] for entry in answer.json()["items"]]

    assert await found() == [second["operationId"], first["operationId"]]
    assert await found(actor=bruno.actor) == [first["operationId"]]
    assert await found(decision="DENIED") == [second["operationId"]]
    assert await found(patientId=ana.actor, to="2026-11-25T00:00:00Z") == [first["operationId"]]
    wrong = {"from_": "2026-11-25T00:00:00Z", "to": "2026-11-25T00:00:00Z"}
    assert (await world.get(AUDITOR, "/audit/events", **wrong)).json()["code"] == "INVALID_PERIOD"


@pytest.mark.parametrize("caller", [ADMIN, AUDITOR, Person("pat_1", "patient"), Person("doc_1", "doctor")])
async def test_only_the_bff_appends(world: World, caller: Person) -> None:
    answer = await world.post(caller, "/audit/events", {"events": [told("pat_1", caller)]})

    assert answer.status_code == 403
    assert (await world.get(caller, "/audit/ready")).status_code == 403
    assert (await world.get(AUDITOR, "/audit/events")).json()["items"] == []


async def test_the_bff_is_told_whether_it_may_append(world: World) -> None:
    assert (await world.get(BFF, "/audit/ready")).status_code == 204


@pytest.mark.parametrize(
    "changes",
    [
        {"operation": "Blood pressure"},
        {"fields": ["MedicalRecord.title: HIV"]},
        {"deniedFields": ['Query.record(id: "rec_1")']},
        {"patientId": "Ana Conceição"},
        {"roles": ["Dr. Bruno"]},
        {"requestId": "529.982.247-25"},
        {"note": "positive"},
    ],
)
async def test_there_is_no_place_for_a_clinical_value(world: World, changes: dict[str, object]) -> None:
    event = told("pat_1", Person("doc_1", "doctor"), **changes)

    assert (await world.post(BFF, "/audit/events", {"events": [event]})).status_code == 422
