import asyncio
import random
from datetime import date

import pytest

from services.common.table import Item
from services.records.models import Consent, PatientStatus, Profile
from services.records.store.patients import patient_items
from tests.services.records.world import ADMIN, NOBODY, REGISTRATION, World, person

pytestmark = pytest.mark.anyio

CPFS = ("52998224725", "11144477735", "39053344705")
EMAILS = ("ana@example.com", "bia@example.com", "caio@example.com")


async def _items(world: World) -> list[Item]:
    """Scan the table, as no service does."""
    answer = await world.emulator.dynamodb.scan(TableName=world.table.name, ConsistentRead=True)
    return [{name: next(iter(value.values())) for name, value in item.items()} for item in answer["Items"]]


async def _check(world: World) -> list[Profile]:
    """Each patient has the two logins of the profile, each login leads to its patient, and there is nothing else."""
    items = await _items(world)
    profiles = [Profile.model_validate_json(item["body"]) for item in items if item["sk"] == "PROFILE"]
    found = {item["pk"]: (item["patientId"], item["status"]) for item in items if item["pk"].startswith("LOGIN#")}
    expected = {
        login: (profile.id, profile.status)
        for profile in profiles
        for login in (f"LOGIN#CPF#{profile.cpf}", f"LOGIN#EMAIL#{profile.email}")
    }

    assert found == expected
    assert len(found) == 2 * len(profiles)
    return profiles


async def test_twenty_simultaneous_registrations_of_one_cpf_leave_one_patient(world: World) -> None:
    bodies = [{**REGISTRATION, "email": f"ana{number}@example.com"} for number in range(20)]

    answers = await asyncio.gather(*(world.post(NOBODY, "/patients", body) for body in bodies))

    registered = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert {answer.status_code for answer in answers} <= {201, 503}
    [profile] = await _check(world)
    assert profile.id in registered
    assert len(await world.events("patient.registered")) == len(registered)


async def test_registrations_and_confirmations_at_once_never_share_a_login(world: World) -> None:
    """An ACTIVE patient is never replaced; a confirmed one is who answered 204."""
    chance = random.Random(5)  # noqa: S311  repeatable, not secret
    confirmed: set[str] = set()

    async def come_and_confirm() -> None:
        body = {**REGISTRATION, "cpf": chance.choice(CPFS), "email": chance.choice(EMAILS)}
        answer = await world.post(NOBODY, "/patients", body)
        assert answer.status_code in {201, 409}
        if answer.status_code == 201:
            patient_id = answer.json()["id"]
            confirmation = await world.post(NOBODY, f"/patients/{patient_id}/confirm")
            assert confirmation.status_code in {204, 404}
            confirmed.update({patient_id} if confirmation.status_code == 204 else ())

    for _ in range(4):
        await asyncio.gather(*(come_and_confirm() for _ in range(8)))
        profiles = await _check(world)
        assert {profile.id for profile in profiles if profile.status is PatientStatus.ACTIVE} == confirmed

    assert confirmed
    assert {event.entity for event in await world.events("patient.confirmed")} == confirmed


async def test_confirming_at_once_is_told_once(world: World) -> None:
    ana = await world.register()

    answers = await asyncio.gather(*(world.post(NOBODY, f"/patients/{ana}/confirm") for _ in range(10)))

    assert {answer.status_code for answer in answers} == {204}
    assert len(await world.events("patient.confirmed")) == 1


async def test_a_seeded_patient_is_as_good_as_a_registered_one(world: World) -> None:
    seeded = Profile(
        id=person("pat").actor,
        name="Ana Conceição",
        cpf="52998224725",
        email="ana@example.com",
        phone="+5511987654321",
        birth_date=date(1990, 5, 17),
        time_zone="America/Sao_Paulo",
        status=PatientStatus.ACTIVE,
        registered_at=world.now(),
        consents=(Consent(kind="TELEMEDICINE", version="1"),),
        version=2,
    )

    await world.table.put_all(patient_items(seeded))

    assert await _check(world) == [seeded]
    login = await world.post(NOBODY, "/logins", {"login": "529.982.247-25"})
    assert login.json() == {"username": seeded.id}
    assert (await world.post(NOBODY, "/patients", REGISTRATION)).json()["code"] == "ALREADY_REGISTERED"
    [listed] = (await world.get(ADMIN, "/patients/all", search="ana c")).json()["items"]
    assert listed["id"] == seeded.id
