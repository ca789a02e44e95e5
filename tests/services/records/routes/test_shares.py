from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.services.records.world import ADMIN, NOBODY, Person, World, person

pytestmark = pytest.mark.anyio

NOT_OWNERS = [NOBODY, ADMIN, Person("doc_1", "doctor")]
ABSENT = "rec_" + "0" * 26


async def _shares(world: World, patient: Person) -> list[dict[str, Any]]:
    return list((await world.get(patient, "/shares/of-patients", patientIds=[patient.actor])).json())


def _body(world: World, doctor: Person, *records: str, lasting: timedelta = timedelta(days=7)) -> dict[str, object]:
    return {"recordIds": records, "doctorId": doctor.actor, "expiresAt": (world.now() + lasting).isoformat()}


async def test_a_patient_shares_records_with_a_doctor(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    ids = [(await world.announce(ana))["record"]["id"] for _ in range(2)]

    answer = await world.post(ana, "/shares", _body(world, doctor, *ids, ids[0]))

    shares = answer.json()
    assert answer.status_code == 201
    assert [(share["recordId"], share["doctorId"], share["patientId"]) for share in shares] == [
        (ids[0], doctor.actor, ana.actor),
        (ids[1], doctor.actor, ana.actor),
    ]
    assert all(share["createdAt"].endswith("Z") and share["expiresAt"].endswith("Z") for share in shares)
    assert sorted(await _shares(world, ana), key=str) == sorted(shares, key=str)


async def test_sharing_again_replaces_the_end(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    record_id = (await world.announce(ana))["record"]["id"]

    first = await world.share(ana, doctor, record_id, lasting=timedelta(days=9))
    second = await world.share(ana, doctor, record_id, lasting=timedelta(days=1))

    [share] = await _shares(world, ana)
    assert first == second == [share["id"]]
    assert datetime.fromisoformat(share["expiresAt"]) < world.now() + timedelta(days=1)


async def test_what_happens_to_a_share_is_told_in_versions(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    record_id = (await world.announce(ana))["record"]["id"]

    [share_id] = await world.share(ana, doctor, record_id)
    await world.share(ana, doctor, record_id)
    await world.delete(ana, f"/shares/{share_id}")
    await world.share(ana, doctor, record_id)

    data = {"recordId": record_id, "patientId": ana.actor, "doctorId": doctor.actor}
    assert [(event.type, event.entity, event.version, event.data) for event in await world.events()] == [
        ("record.shared", share_id, 1, data),
        ("record.shared", share_id, 2, data),
        ("share.revoked", share_id, 3, data),
        ("record.shared", share_id, 4, data),
    ]


async def test_a_hundred_records_are_shared_at_once(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    ids = [(await world.announce(ana))["record"]["id"] for _ in range(100)]

    await world.share(ana, doctor, *ids)
    too_many = await world.post(ana, "/shares", _body(world, doctor, *ids, ABSENT))

    assert {share["recordId"] for share in await _shares(world, ana)} == set(ids)
    assert (too_many.status_code, too_many.json()["code"]) == (422, "INVALID_REQUEST")


async def test_a_second_patient_cannot_share_the_first_ones_record(world: World) -> None:
    """One record that is not the caller's, and none is shared; another's is answered as an absent one is."""
    ana, bia, doctor = person("pat"), person("pat"), person("doc")
    hers = (await world.announce(ana))["record"]["id"]
    own = (await world.announce(bia))["record"]["id"]

    others = await world.post(bia, "/shares", _body(world, doctor, own, hers))
    absent = await world.post(bia, "/shares", _body(world, doctor, own, ABSENT))

    assert others.status_code == absent.status_code == 404
    assert others.content == absent.content
    assert await _shares(world, bia) == []
    assert await world.events("record.shared") == []


@pytest.mark.parametrize("doctor", ["pat_" + "0" * 26, "doc_1", "doc_" + "0" * 27, "x", "*"])
async def test_who_cannot_be_a_doctor_is_absent(world: World, doctor: str) -> None:
    ana = person("pat")
    record_id = (await world.announce(ana))["record"]["id"]

    answer = await world.post(ana, "/shares", _body(world, Person(doctor, "doctor"), record_id))

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("expires_at", "code"),
    [
        ("2026-01-01T00:00:00Z", "INVALID_EXPIRY"),
        ("0001-01-01T00:00:00+23:59", "INVALID_EXPIRY"),
        ("9999-12-31T23:59:59-23:59", "INVALID_EXPIRY"),
        ("2027-01-01T00:00:00", "INVALID_REQUEST"),
        ("tomorrow", "INVALID_REQUEST"),
        (None, "INVALID_REQUEST"),
    ],
)
async def test_a_share_without_a_sensible_end_is_refused(world: World, expires_at: str | None, code: str) -> None:
    ana = person("pat")
    record_id = (await world.announce(ana))["record"]["id"]
    body = {**_body(world, person("doc"), record_id), "expiresAt": expires_at}

    answer = await world.post(ana, "/shares", body)

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert await _shares(world, ana) == []


async def test_a_year_is_counted_by_the_services_clock(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    record_id = (await world.announce(ana))["record"]["id"]
    body = _body(world, doctor, record_id, lasting=timedelta(days=365, minutes=1))

    early = await world.post(ana, "/shares", body)
    world.advance(timedelta(minutes=2))
    later = await world.post(ana, "/shares", body)

    assert (early.status_code, later.status_code) == (422, 201)


async def test_the_owner_revokes_once(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    record_id = (await world.announce(ana))["record"]["id"]
    [share_id] = await world.share(ana, doctor, record_id)

    first = await world.delete(ana, f"/shares/{share_id}")
    again = await world.delete(ana, f"/shares/{share_id}")

    assert (first.status_code, again.status_code) == (204, 404)
    assert await _shares(world, ana) == []


async def test_nobody_else_can_revoke(world: World) -> None:
    """Another's share is answered as an absent one is, and stays."""
    ana, bia, doctor = person("pat"), person("pat"), person("doc")
    record_id = (await world.announce(ana))["record"]["id"]
    [share_id] = await world.share(ana, doctor, record_id)

    others = await world.delete(bia, f"/shares/{share_id}")
    absent = await world.delete(bia, "/shares/shr_" + "0" * 52)
    senseless = await world.delete(bia, "/shares/x")

    assert others.status_code == 404
    assert others.content == absent.content == senseless.content
    assert (await world.delete(doctor, f"/shares/{share_id}")).status_code == 403
    assert [share["id"] for share in await _shares(world, ana)] == [share_id]


async def test_live_shares_are_listed_newest_first_by_record_and_by_patient(world: World) -> None:
    ana, doctors = person("pat"), [person("doc") for _ in range(3)]
    first, second = [(await world.announce(ana))["record"]["id"] for _ in range(2)]
    [over] = await world.share(ana, doctors[0], first, lasting=timedelta(minutes=1))
    [one] = await world.share(ana, doctors[1], first)
    [two] = await world.share(ana, doctors[0], second)
    [three] = await world.share(ana, doctors[2], first)
    world.advance(timedelta(minutes=2))

    of_first = await world.get(ana, "/shares/of-records", recordIds=[first, ABSENT])
    of_both = await world.get(ana, "/shares/of-records", recordIds=[first, second])

    assert over not in {one, two, three}
    assert [share["id"] for share in of_first.json()] == [three, one]
    assert [share["id"] for share in of_both.json()] == [three, two, one]
    assert [share["id"] for share in await _shares(world, ana)] == [three, two, one]


async def test_a_second_patient_does_not_see_the_first_ones_shares(world: World) -> None:
    ana, bia = person("pat"), person("pat")
    record_id = (await world.announce(ana))["record"]["id"]
    await world.share(ana, person("doc"), record_id)

    of_record = await world.get(bia, "/shares/of-records", recordIds=[record_id])
    of_patient = await world.get(bia, "/shares/of-patients", patientIds=[ana.actor])

    assert of_record.content == of_patient.content == b"[]"


@pytest.mark.parametrize("caller", NOT_OWNERS)
async def test_only_patients_share_revoke_and_see_shares(world: World, caller: Person) -> None:
    answers = [
        await world.post(caller, "/shares", _body(world, person("doc"), ABSENT)),
        await world.delete(caller, "/shares/shr_1"),
        await world.get(caller, "/shares/of-records", recordIds=[ABSENT]),
        await world.get(caller, "/shares/of-patients", patientIds=["pat_1"]),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "FORBIDDEN")}
