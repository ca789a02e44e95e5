"""How many calls reading takes: fixed, however many ids, and the same for what is forbidden as for what is absent."""

from collections.abc import Iterator

import pytest

from services.common.ids import new_id
from tests.services.records.world import Emulator, World, person

pytestmark = pytest.mark.anyio


@pytest.fixture
def calls(emulator: Emulator) -> Iterator[list[str]]:
    """Remember the operations that are asked of DynamoDB."""
    made: list[str] = []

    def remember(model: object, **_: object) -> None:
        made.append(str(getattr(model, "name", model)))

    events = emulator.dynamodb.meta.events
    events.register("before-call.dynamodb", remember)
    yield made
    events.unregister("before-call.dynamodb", remember)


@pytest.mark.parametrize("count", [1, 10, 50, 100])
async def test_a_doctor_reads_any_number_of_records_in_three_calls(world: World, calls: list[str], count: int) -> None:
    """100 states and 100 shares: DynamoDB takes 100 keys a call; and the emergency accesses that hold."""
    ids = [new_id("rec", world.now()) for _ in range(count)]

    await world.get(person("doc"), "/records", ids=ids)

    assert sorted(calls) == ["BatchGetItem"] * (1 if count <= 50 else 2) + ["Query"]


@pytest.mark.parametrize("path", ["/records", "/download-urls"])
async def test_a_patient_reads_a_hundred_records_in_one_call(world: World, calls: list[str], path: str) -> None:
    await world.get(person("pat"), path, ids=[new_id("rec", world.now()) for _ in range(100)])

    assert calls == ["BatchGetItem"]


async def test_shares_of_a_hundred_records_are_one_query(world: World, calls: list[str]) -> None:
    await world.get(person("pat"), "/shares/of-records", recordIds=[new_id("rec", world.now()) for _ in range(100)])

    assert calls == ["Query"]


@pytest.mark.parametrize("path", ["/records", "/download-urls"])
async def test_what_is_too_long_to_be_an_id_is_not_looked_for(world: World, calls: list[str], path: str) -> None:
    """A key of DynamoDB holds 2,048 bytes, and a longer one is an error there."""
    answer = await world.get(person("doc"), path, ids=["x" * 3000])

    assert (answer.status_code, answer.json()) == (200, [])
    assert calls == []


async def test_a_denial_by_object_takes_the_calls_of_an_absent_id(world: World, calls: list[str]) -> None:
    ana, bia, doctor = person("pat"), person("pat"), person("doc")
    record_id, absent = await world.add_record(ana), new_id("rec", world.now())
    [share_id] = await world.share(ana, person("doc"), record_id)
    made: dict[str, list[list[str]]] = {}
    for record, patient, share in ((record_id, ana.actor, share_id), (absent, "pat_x", "shr_" + "0" * 52)):
        expiry = {"doctorId": doctor.actor, "expiresAt": world.now().replace(year=world.now().year + 1).isoformat()}
        for name, request in {
            "read": world.get(bia, "/records", ids=[record]),
            "doctor reads": world.get(doctor, "/records", ids=[record]),
            "doctor lists": world.get(doctor, "/records/of-patients", patientIds=[patient]),
            "download": world.get(doctor, "/download-urls", ids=[record]),
            "list": world.get(bia, "/records/of-patients", patientIds=[patient]),
            "finish": world.post(bia, f"/records/{record}/finish"),
            "share": world.post(bia, "/shares", {"recordIds": [record], **expiry}),
            "revoke": world.delete(bia, f"/shares/{share}"),
            "shares": world.get(bia, "/shares/of-records", recordIds=[record]),
            "patient": world.get(bia, "/patients", ids=[patient]),
        }.items():
            calls.clear()
            await request
            made.setdefault(name, []).append(calls.copy())

    assert all(forbidden == unknown for forbidden, unknown in made.values()), made


async def test_a_denial_by_pool_takes_none(world: World, calls: list[str]) -> None:
    doctor, ana = person("doc"), person("pat")

    for request in (
        world.get(doctor, "/shares/of-records", recordIds=["rec_1"]),
        world.post(doctor, "/records/rec_1/finish"),
        world.delete(doctor, "/shares/shr_1"),
        world.get(ana, "/notes", appointmentIds=["apt_1"]),
        world.get(ana, "/patients/all"),
        world.get(ana, "/figures", from_="2026-11-24", to="2026-11-24"),
    ):
        assert (await request).status_code == 403
    assert calls == []
