"""Random sharing, revoking and waiting, against a model so simple that it is right."""

import asyncio
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.records.models import Author, Category, Filed, Grant, MedicalRecord, RecordStatus, Share
from services.records.rules.access import share_id
from services.records.store.records import record_items
from services.records.store.shares import share_items
from tests.services.records.world import Person, World, person

pytestmark = pytest.mark.anyio

RECORDS, DOCTORS = 4, 2
HOUR = timedelta(hours=1)
# A deadline is asked for minutes before or after a whole hour that the clock stands at, never at its edge.
MARGIN = timedelta(minutes=10)

# What is done, to which record, for which doctor, for how many hours.
steps = st.tuples(
    st.sampled_from(["share", "share", "revoke", "wait"]),
    st.integers(0, RECORDS - 1),
    st.integers(0, DOCTORS - 1),
    st.integers(1, 4),
)


def _record(patient: Person, at: datetime) -> MedicalRecord:
    return MedicalRecord(
        id=person("rec").actor,
        patient_id=patient.actor,
        title="Hemogram",
        category=Category.EXAM,
        content_type="application/pdf",
        size_bytes=3,
        sha256="0" * 64,
        created_at=at,
        status=RecordStatus.READY,
        author=Author(id=patient.actor, pool="patient"),
    )


async def _seed(world: World, patient: Person) -> list[str]:
    records = [_record(patient, world.now() + timedelta(seconds=number)) for number in range(RECORDS)]
    await world.table.put_all([item for record in records for item in record_items(Filed(record=record, version=2))])
    return [record.id for record in records]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(steps, min_size=1, max_size=8))
async def test_a_doctor_reads_exactly_what_the_model_allows(
    world: World, story: list[tuple[str, int, int, int]]
) -> None:
    ana, bia, doctors = person("pat"), person("pat"), [person("doc") for _ in range(DOCTORS)]
    records, others = await _seed(world, ana), await _seed(world, bia)
    now = 0
    ends: dict[tuple[int, int], int] = {}
    live: set[tuple[int, int]] = set()
    for step, record, doctor, hours in story:
        if step == "wait":
            world.advance(hours * HOUR)
            now += hours
        elif step == "share":
            await world.share(ana, doctors[doctor], records[record], lasting=hours * HOUR - MARGIN)
            ends[record, doctor] = now + hours
        else:
            answer = await world.delete(ana, f"/shares/{share_id(records[record], doctors[doctor].actor)}")
            assert answer.status_code == (204 if ends.pop((record, doctor), -1) > now else 404)
        live = {place for place, end in ends.items() if end > now}
        for number, reader in enumerate(doctors):
            allowed = [records[each] for each in range(RECORDS) if (each, number) in live]
            await _check(world, reader, (ana, bia), records + others, allowed)
        given_now = (await world.get(ana, "/shares/of-patients", patientIds=[ana.actor])).json()
        assert {share["id"] for share in given_now} == {share_id(records[r], doctors[d].actor) for r, d in live}


async def _check(
    world: World, doctor: Person, patients: tuple[Person, Person], asked: list[str], allowed: list[str]
) -> None:
    """Ask all that a doctor can ask: three endpoints give the same answer."""
    by_id = (await world.get(doctor, "/records", ids=asked)).json()
    pages = (await world.get(doctor, "/records/of-patients", patientIds=[each.actor for each in patients])).json()
    urls = (await world.get(doctor, "/download-urls", ids=asked)).json()

    assert [record["id"] for record in by_id] == allowed
    assert [[record["id"] for record in page["items"]] for page in pages] == [allowed[::-1], []]
    assert [url["id"] for url in urls] == allowed


async def test_sharing_and_revoking_at_once_leave_versions_without_a_gap(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    [record_id, *_] = await _seed(world, ana)
    [share] = await world.share(ana, doctor, record_id)

    async def share_again() -> None:
        await world.share(ana, doctor, record_id)

    async def revoke() -> None:
        assert (await world.delete(ana, f"/shares/{share}")).status_code in {204, 404}

    await asyncio.gather(*(action() for action in [share_again, revoke] * 4))

    told = await world.events()
    assert sorted(event.version for event in told) == list(range(1, len(told) + 1))
    last = max(told, key=lambda event: event.version)
    readable = (await world.get(doctor, "/records", ids=[record_id])).json()
    assert bool(readable) == (last.type == "record.shared")


async def test_a_seeded_share_is_as_good_as_a_given_one(world: World) -> None:
    ana, doctor = person("pat"), person("doc")
    [record_id, *_] = await _seed(world, ana)
    share = Share(
        id=share_id(record_id, doctor.actor),
        record_id=record_id,
        doctor_id=doctor.actor,
        patient_id=ana.actor,
        created_at=world.now(),
        expires_at=world.now() + HOUR,
    )

    await world.table.put_all(
        share_items(Grant(share=share, record_created_at=world.now(), revoked_at=None, version=1))
    )

    assert [record["id"] for record in (await world.get(doctor, "/records", ids=[record_id])).json()] == [record_id]
    assert (await world.delete(ana, f"/shares/{share.id}")).status_code == 204
    assert (await world.get(doctor, "/records", ids=[record_id])).json() == []
