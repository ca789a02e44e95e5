import asyncio
import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.services.records.world import ADMIN, FILE, NOBODY, Person, World, new_record, person

pytestmark = pytest.mark.anyio

OTHER_FILE = b"X" * len(FILE)
NOT_PATIENTS = [NOBODY, ADMIN, Person("anonymous", "doctor"), Person("doc_1", "doctor")]


async def _count(world: World, patient: Person) -> int:
    [page] = (await world.get(patient, "/records/of-patients", patientIds=[patient.actor])).json()
    return len(page["items"])


async def test_a_patient_uploads_a_file_and_reads_its_description(world: World) -> None:
    ana = person("pat")
    upload = await world.announce(ana, sha256=hashlib.sha256(FILE).hexdigest().upper())
    record_id = upload["record"]["id"]

    stored = await world.upload(upload, FILE)
    finished = await world.post(ana, f"/records/{record_id}/finish")
    [read] = (await world.get(ana, "/records", ids=[record_id])).json()

    assert stored.status_code == 200
    assert finished.json() == {**upload["record"], "status": "READY"}
    assert read == {**finished.json(), "openTo": None}
    assert read.pop("openTo") is None
    assert read.pop("createdAt").endswith("Z")
    assert read == {
        "id": record_id,
        "patientId": ana.actor,
        "title": "Hemogram",
        "category": "EXAM",
        "contentType": "application/pdf",
        "sizeBytes": len(FILE),
        "sha256": hashlib.sha256(FILE).hexdigest(),
        "status": "READY",
        "author": {"id": ana.actor, "pool": "patient"},
    }


async def test_bytes_rest_encrypted_by_the_services_key(world: World) -> None:
    ana = person("pat")
    record_id = await world.add_record(ana)

    found = await world.emulator.s3.head_object(Bucket=world.emulator.bucket, Key=f"records/{ana.actor}/{record_id}")

    assert (found["ServerSideEncryption"], found["SSEKMSKeyId"]) == ("aws:kms", world.emulator.kms_key_id)


@pytest.mark.parametrize(
    ("content", "headers"),
    [
        (FILE + b"!", {}),
        (FILE[:-1], {}),
        (OTHER_FILE, {}),
        (FILE, {"content_type": "text/html"}),
        (OTHER_FILE, {"x_amz_checksum_sha256": base64.b64encode(hashlib.sha256(OTHER_FILE).digest()).decode()}),
        (FILE, {"x_amz_server_side_encryption": "AES256"}),
        (FILE, {"x_amz_server_side_encryption_aws_kms_key_id": "another-key"}),
    ],
    ids=["longer", "shorter", "others", "type", "checksum", "encryption", "key"],
)
async def test_an_upload_takes_the_announced_bytes_and_no_others(
    world: World, content: bytes, headers: dict[str, str]
) -> None:
    ana = person("pat")
    upload = await world.announce(ana)

    refused = await world.upload(upload, content, **headers)
    finished = await world.post(ana, f"/records/{upload['record']['id']}/finish")

    assert refused.status_code in {400, 403}
    assert (finished.status_code, finished.json()["code"]) == (409, "UPLOAD_MISSING")


async def test_the_number_of_bytes_is_signed(world: World) -> None:
    """A checksum alone would refuse a file that is too large only once all of it has come."""
    upload = await world.announce(person("pat"))

    [signed] = parse_qs(urlsplit(upload["uploadUrl"]).query)["X-Amz-SignedHeaders"]
    assert "content-length" in signed.split(";")


async def test_bytes_that_came_another_way_are_a_mismatch(world: World) -> None:
    ana = person("pat")
    record_id = (await world.announce(ana))["record"]["id"]
    key = f"records/{ana.actor}/{record_id}"
    await world.emulator.s3.put_object(Bucket=world.emulator.bucket, Key=key, Body=OTHER_FILE)

    finished = await world.post(ana, f"/records/{record_id}/finish")

    assert (finished.status_code, finished.json()["code"]) == (409, "UPLOAD_MISMATCH")
    assert [record["status"] for record in (await world.get(ana, "/records", ids=[record_id])).json()] == ["PENDING"]


async def test_finishing_is_told_once(world: World) -> None:
    ana = person("pat")
    record_id = await world.add_record(ana)

    again = await world.post(ana, f"/records/{record_id}/finish")

    assert (again.status_code, again.json()["status"]) == (200, "READY")
    told = [(event.entity, event.version, event.data) for event in await world.events("record.added")]
    assert told == [(record_id, 2, {"recordId": record_id, "patientId": ana.actor})]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"contentType": "text/html"}, "UNSUPPORTED_TYPE"),
        ({"sizeBytes": 104_857_601}, "TOO_LARGE"),
        ({"sizeBytes": 10**30}, "TOO_LARGE"),
        ({"sizeBytes": 0}, "INVALID_REQUEST"),
        ({"sha256": "abc"}, "INVALID_REQUEST"),
        ({"title": " "}, "INVALID_REQUEST"),
        ({"title": "\x00"}, "INVALID_REQUEST"),
        ({"title": "x" * 201}, "INVALID_REQUEST"),
        ({"title": "result\u202efdp.exe"}, "INVALID_REQUEST"),
        ({"category": "SELFIE"}, "INVALID_REQUEST"),
        ({"idempotencyKey": ""}, "INVALID_REQUEST"),
    ],
)
async def test_a_file_that_is_not_taken(world: World, changes: dict[str, object], code: str) -> None:
    answer = await world.post(person("pat"), "/records", new_record(**changes))

    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_the_same_key_and_request_announce_one_record(world: World) -> None:
    """The URL is fresh, and takes the bytes."""
    ana, body = person("pat"), new_record(idempotencyKey="k")

    first, again = await world.post(ana, "/records", body), await world.post(ana, "/records", body)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["record"] == again.json()["record"]
    assert (await world.upload(again.json(), FILE)).status_code == 200
    assert await _count(world, ana) == 1


async def test_ten_requests_of_one_key_at_once_announce_one_record(world: World) -> None:
    ana, body = person("pat"), new_record(idempotencyKey="k")

    answers = await asyncio.gather(*(world.post(ana, "/records", body) for _ in range(10)))

    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["record"]["id"] for answer in answers}) == 1
    assert await _count(world, ana) == 1


async def test_the_same_key_with_another_request_is_a_conflict(world: World) -> None:
    ana = person("pat")
    await world.announce(ana, idempotencyKey="k")

    answer = await world.post(ana, "/records", new_record(idempotencyKey="k", title="Another"))

    assert (answer.status_code, answer.json()["code"]) == (409, "IDEMPOTENCY_CONFLICT")


async def test_a_key_is_the_callers_own(world: World) -> None:
    ana, bia, body = person("pat"), person("pat"), new_record(idempotencyKey="k")

    first, other = await world.post(ana, "/records", body), await world.post(bia, "/records", body)

    assert first.json()["record"]["id"] != other.json()["record"]["id"]


@pytest.mark.parametrize("caller", NOT_PATIENTS)
async def test_only_a_patient_adds_records(world: World, caller: Person) -> None:
    assert (await world.post(caller, "/records", new_record())).status_code == 403
    assert (await world.post(caller, "/records/rec_1/finish")).status_code == 403


async def test_finishing_at_once_is_told_once(world: World) -> None:
    ana = person("pat")
    upload = await world.announce(ana)
    await world.upload(upload, FILE)

    path = f"/records/{upload['record']['id']}/finish"
    answers = await asyncio.gather(*(world.post(ana, path) for _ in range(5)))

    assert [answer.json() for answer in answers] == [{**upload["record"], "status": "READY"}] * 5
    assert len(await world.events("record.added")) == 1
