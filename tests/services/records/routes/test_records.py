from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.services.records.world import ADMIN, FILE, NOBODY, Person, World, person

pytestmark = pytest.mark.anyio

NOT_READERS = [NOBODY, ADMIN, Person("anonymous", "doctor")]


async def _read(world: World, caller: Person, *ids: str) -> list[str]:
    answer = await world.get(caller, "/records", ids=ids)
    assert answer.status_code == 200, answer.text
    return [record["id"] for record in answer.json()]


async def _list(world: World, caller: Person, patient: Person, **query: object) -> dict[str, Any]:
    answer = await world.get(caller, "/records/of-patients", patientIds=[patient.actor], **query)
    assert answer.status_code == 200, answer.text
    [page] = answer.json()
    return dict(page)


async def test_a_second_patient_cannot_read_finish_or_download_the_first_ones_record(world: World) -> None:
    """Another's record is answered with the same bytes as an absent one."""
    ana, bia = person("pat"), person("pat")
    record_id, absent = await world.add_record(ana), "rec_" + "0" * 26

    for path in ("/records", "/download-urls"):
        others, none = await world.get(bia, path, ids=[record_id]), await world.get(bia, path, ids=[absent])
        assert (others.status_code, others.content) == (none.status_code, none.content) == (200, b"[]")
    others, none = [await world.post(bia, f"/records/{each}/finish") for each in (record_id, absent)]
    assert (others.status_code, others.content) == (none.status_code, none.content)
    assert others.status_code == 404
    lists = [await world.get(bia, "/records/of-patients", patientIds=[each]) for each in (ana.actor, "pat_unknown")]
    assert [answer.content for answer in lists] == [b"[]", b"[]"]


async def test_a_doctor_reads_what_is_shared_until_it_is_over(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    record_id, private = await world.add_record(ana), await world.add_record(ana)
    assert await _read(world, doctor, record_id, private) == []

    await world.share(ana, doctor, record_id, lasting=timedelta(hours=1))

    assert await _read(world, doctor, record_id, private) == [record_id]
    assert [record["id"] for record in (await _list(world, doctor, ana))["items"]] == [record_id]
    assert await _read(world, person("doc"), record_id) == []
    world.advance(timedelta(hours=1))
    assert await _read(world, doctor, record_id) == []
    assert (await _list(world, doctor, ana))["items"] == []
    assert (await world.get(doctor, "/download-urls", ids=[record_id])).json() == []


async def test_a_doctor_is_told_for_whom_a_record_is_open_and_until_when(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    record_id = await world.add_record(ana)
    await world.share(ana, doctor, record_id, lasting=timedelta(hours=1))
    [share] = (await world.get(ana, "/shares/of-records", recordIds=[record_id])).json()

    [read] = (await world.get(doctor, "/records", ids=[record_id])).json()
    [listed] = (await _list(world, doctor, ana))["items"]

    assert read["openTo"] == listed["openTo"] == {"doctorId": doctor.actor, "until": share["expiresAt"]}
    assert [each["openTo"] for each in (await _list(world, ana, ana))["items"]] == [None]


async def test_a_doctor_reads_nothing_after_the_revocation(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    record_id = await world.add_record(ana)
    [share_id] = await world.share(ana, doctor, record_id)
    assert await _read(world, doctor, record_id) == [record_id]

    await world.delete(ana, f"/shares/{share_id}")

    assert await _read(world, doctor, record_id) == []
    assert await _list(world, doctor, ana) == {"patientId": ana.actor, "items": [], "next": None}
    assert (await world.get(doctor, "/download-urls", ids=[record_id])).json() == []


async def test_a_doctor_does_not_see_a_shared_file_before_it_has_arrived(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    record_id = (await world.announce(ana))["record"]["id"]
    await world.share(ana, doctor, record_id)

    assert await _read(world, ana, record_id) == [record_id]
    assert await _read(world, doctor, record_id) == []
    assert (await world.get(ana, "/download-urls", ids=[record_id])).json() == []


@pytest.mark.parametrize("caller", NOT_READERS)
async def test_nobody_but_patients_and_doctors_reads_records(world: World, caller: Person) -> None:
    answers = [
        await world.get(caller, "/records", ids=["rec_1"]),
        await world.get(caller, "/download-urls", ids=["rec_1"]),
        await world.get(caller, "/records/of-patients", patientIds=["pat_1"]),
    ]

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(403, "FORBIDDEN")}


async def test_a_download_url_gives_the_bytes_to_be_saved(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    record_id = await world.add_record(ana)
    await world.share(ana, doctor, record_id)

    for reader in (ana, doctor):
        [download] = (await world.get(reader, "/download-urls", ids=[record_id])).json()
        answer = await world.emulator.http.get(download["url"])
        left = datetime.fromisoformat(download["expiresAt"]) - world.now()

        assert answer.content == FILE
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.headers["content-disposition"] == "attachment"
        assert timedelta(minutes=4) < left <= timedelta(minutes=5)


async def test_a_download_url_opens_one_file_and_cannot_be_turned_into_another(world: World) -> None:
    ana = person("pat")
    record_id, other = await world.add_record(ana), await world.add_record(ana)
    [download] = (await world.get(ana, "/download-urls", ids=[record_id])).json()

    turned = await world.emulator.http.get(download["url"].replace(record_id, other))
    unsigned = await world.emulator.http.get(download["url"].removesuffix(urlsplit(download["url"]).query))

    assert turned.status_code == 403
    assert unsigned.status_code == 403


async def test_a_download_url_ends_with_the_share(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    record_id = await world.add_record(ana)
    await world.share(ana, doctor, record_id, lasting=timedelta(seconds=90))

    [download] = (await world.get(doctor, "/download-urls", ids=[record_id])).json()

    assert datetime.fromisoformat(download["expiresAt"]) - world.now() < timedelta(seconds=90)
    assert 80 < int(parse_qs(urlsplit(download["url"]).query)["X-Amz-Expires"][0]) < 90


async def test_records_are_listed_newest_first_page_by_page_and_by_category(world: World) -> None:
    ana = person("pat")
    categories = ["EXAM", "REPORT", "EXAM", "VACCINATION", "EXAM"]
    ids = [(await world.announce(ana, category=category))["record"]["id"] for category in categories]

    first = await _list(world, ana, ana, limit=3)
    second = await _list(world, ana, ana, limit=3, after=first["next"])
    exams = await _list(world, ana, ana, category="EXAM", limit=2)
    last_exams = await _list(world, ana, ana, category="EXAM", limit=2, after=exams["next"])

    newest = ids[::-1]
    assert [record["id"] for record in first["items"] + second["items"]] == newest
    assert second["next"] is None
    assert [record["id"] for record in exams["items"] + last_exams["items"]] == [newest[0], newest[2], newest[4]]


async def test_a_doctors_pages_are_full_although_shares_between_are_over(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    ids = [await world.add_record(ana, category=("EXAM", "REPORT")[number % 2]) for number in range(9)]
    await world.share(ana, doctor, *ids[2:7], lasting=timedelta(minutes=1))
    await world.share(ana, doctor, *ids[:2], *ids[7:])
    world.advance(timedelta(minutes=2))

    first = await _list(world, doctor, ana, limit=3)
    second = await _list(world, doctor, ana, limit=3, after=first["next"])
    reports = await _list(world, doctor, ana, category="REPORT")

    assert [record["id"] for record in first["items"]] == [ids[8], ids[7], ids[1]]
    assert [record["id"] for record in second["items"]] == [ids[0]]
    assert [record["id"] for record in reports["items"]] == [ids[7], ids[1]]


async def test_several_patients_records_come_in_one_answer_but_not_after_a_cursor(world: World) -> None:
    ana, bia, doctor = person("pat"), person("pat"), person("doc")
    for patient in (ana, bia):
        await world.share(patient, doctor, await world.add_record(patient))

    answer = await world.get(doctor, "/records/of-patients", patientIds=[ana.actor, bia.actor, "pat_unknown"])
    continued = await world.get(doctor, "/records/of-patients", patientIds=[ana.actor, bia.actor], after="x")

    assert [(page["patientId"], len(page["items"])) for page in answer.json()] == [
        (ana.actor, 1),
        (bia.actor, 1),
        ("pat_unknown", 0),
    ]
    assert (continued.status_code, continued.json()["code"]) == (422, "ONE_PATIENT_A_CURSOR")


@pytest.mark.parametrize("cursor", ["x", "eyJwayI6IHsiUyI6ICJ4In19", "/", "WzFd"])
async def test_a_cursor_of_ones_own_making_is_refused(world: World, cursor: str) -> None:
    ana = person("pat")
    await world.announce(ana)

    answer = await world.get(ana, "/records/of-patients", patientIds=[ana.actor], after=cursor)

    assert (answer.status_code, answer.json()["code"]) == (422, "INVALID_CURSOR")


async def test_a_cursor_of_another_patients_list_opens_nothing(world: World) -> None:
    ana, bia = person("pat"), person("pat")
    for patient in (ana, ana, bia, bia):
        await world.announce(patient)
    cursor = (await _list(world, ana, ana, limit=1))["next"]

    answer = await world.get(bia, "/records/of-patients", patientIds=[bia.actor], after=cursor)

    assert answer.status_code in {200, 422}
    assert ana.actor not in answer.text
