from datetime import datetime, timedelta

import httpx
import pytest

from services.scheduling.models import Appointment, AppointmentStatus
from services.scheduling.store.appointments import appointment_item
from tests.services.scheduling.world import FIRST, NOW, World, appointment, code_of
from tests.services.tokens import (
    ADMIN,
    ANONYMOUS_DOCTOR,
    AUDITOR,
    DOCTOR,
    DOCTOR_WITH_ROLE,
    EVENTS,
    NOBODY,
    OTHER_DOCTOR,
    OTHER_PATIENT,
    PATIENT,
    RECORDS,
    WITHOUT_ROLE,
    Person,
)

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)
LISTS = {"of-patients": "patientIds", "of-doctors": "doctorIds"}


async def store(world: World, *appointments: Appointment) -> None:
    await world.table.put_all([appointment_item(each) for each in appointments])


def numbered(count: int, **changes: object) -> list[Appointment]:
    """Return appointments an hour apart, `apt_00` the earliest."""
    return [appointment(FIRST + number * HOUR, id=f"apt_{number:02}", **changes) for number in range(count)]


async def listed(world: World, path: str, caller: Person, owner: Person | None = None, **query: object) -> list[str]:
    """Walk a list to its end, and return the ids of its appointments."""
    seen: list[str] = []
    after: str | None = None
    owners = {LISTS[path]: owner.actor} if owner else {}
    while True:
        cursor = {} if after is None else {"after": after}
        answer = await world.get(f"/appointments/{path}", caller, **owners, **query, **cursor)
        assert answer.status_code == 200, answer.text
        page = answer.json()[0] if owner else answer.json()
        seen += [each["id"] for each in page["items"]]
        after = page["next"]
        if after is None:
            return seen


@pytest.mark.parametrize("limit", [1, 3, 7, 100])
async def test_a_patients_list_is_newest_first_and_a_doctors_earliest_first(world: World, limit: int) -> None:
    ids = [each.id for each in numbered(7)]
    await store(world, *numbered(7))
    assert await listed(world, "of-patients", PATIENT, PATIENT, limit=limit) == ids[::-1]
    assert await listed(world, "of-doctors", DOCTOR, DOCTOR, limit=limit) == ids
    assert await listed(world, "all", ADMIN, limit=limit) == ids[::-1]


async def test_the_last_page_says_that_it_is_the_last(world: World) -> None:
    await store(world, *numbered(4))
    answer = await world.get("/appointments/all", ADMIN, limit=2)
    last = await world.get("/appointments/all", ADMIN, limit=2, after=answer.json()["next"])
    assert (len(last.json()["items"]), last.json()["next"]) == (2, None)


async def test_each_of_several_owners_has_a_list(world: World) -> None:
    theirs = appointment(id="apt_other", patient_id=OTHER_PATIENT.actor)
    await store(world, *numbered(1), theirs)
    ids = f"{OTHER_PATIENT.actor},pat_none,{PATIENT.actor}"
    answer = (await world.get("/appointments/of-patients", ADMIN, patientIds=ids)).json()
    assert [(each["patientId"], [item["id"] for item in each["items"]], each["next"]) for each in answer] == [
        (OTHER_PATIENT.actor, ["apt_other"], None),
        ("pat_none", [], None),
        (PATIENT.actor, ["apt_00"], None),
    ]


async def test_a_doctor_sees_of_a_patient_what_concerns_him(world: World) -> None:
    """Nor does a cursor tell of the appointment with another doctor that lies between."""
    mine = numbered(3)
    theirs = [
        appointment(FIRST + number * HOUR + timedelta(minutes=30), id=f"apt_x{number}", doctor_id=OTHER_DOCTOR.actor)
        for number in range(3)
    ]
    await store(world, *mine, *theirs)
    assert await listed(world, "of-patients", DOCTOR, PATIENT, limit=1) == ["apt_02", "apt_01", "apt_00"]
    page = (await world.get("/appointments/of-patients", OTHER_DOCTOR, patientIds=PATIENT.actor, limit=3)).json()[0]
    assert ([each["id"] for each in page["items"]], page["next"]) == (["apt_x2", "apt_x1", "apt_x0"], None)


@pytest.mark.parametrize(
    ("from_", "to", "expected"),
    [
        (FIRST + HOUR, FIRST + 3 * HOUR, ["apt_01", "apt_02"]),
        (FIRST + timedelta(microseconds=1), FIRST + HOUR + timedelta(microseconds=1), ["apt_01"]),
        (FIRST + HOUR, FIRST + HOUR, []),
        (FIRST + 3 * HOUR, FIRST, []),
    ],
)
async def test_a_period_has_its_start_but_not_its_end(
    world: World, from_: datetime, to: datetime, expected: list[str]
) -> None:
    await store(world, *numbered(5))
    period = {"from_": from_.isoformat(), "to": to.isoformat()}
    assert await listed(world, "of-doctors", DOCTOR, DOCTOR, limit=1, **period) == expected
    assert await listed(world, "all", ADMIN, None, limit=1, **period) == expected[::-1]


async def test_a_list_has_the_statuses_that_are_asked_for_as_they_are_now(world: World) -> None:
    statuses = [AppointmentStatus.REQUESTED, AppointmentStatus.CONFIRMED, AppointmentStatus.CANCELLED] * 2
    await store(
        world, *(each.model_copy(update={"status": status}) for each, status in zip(numbered(6), statuses, strict=True))
    )

    async def having(statuses: str) -> list[str]:
        return await listed(world, "of-doctors", DOCTOR, DOCTOR, statuses=statuses, limit=1)

    assert await having("REQUESTED") == ["apt_00", "apt_03"]
    assert await having("CANCELLED,CONFIRMED") == ["apt_01", "apt_02", "apt_04", "apt_05"]
    assert await having("EXPIRED") == []
    world.clock.now = FIRST
    assert await having("REQUESTED") == ["apt_03"]
    assert await having("EXPIRED") == ["apt_00"]


@pytest.mark.parametrize(
    "query",
    [
        {"statuses": "LOST"},
        {"statuses": "REQUESTED,"},
        {"limit": 101},
        {"from": "yesterday"},
        {"from": "0001-01-01T00:00:00+14:00"},
    ],
    ids=str,
)
async def test_a_list_that_makes_no_sense_is_refused(world: World, query: dict[str, object]) -> None:
    answer = await world.get("/appointments/of-doctors", DOCTOR, doctorIds=DOCTOR.actor, **query)
    assert code_of(answer) == (422, "INVALID_REQUEST")


@pytest.mark.parametrize("cursor", ["%%", "bm90aGluZw==", "WzFd", "WyJcdWQ4MDAiXQ==", "W10=", "e30="])
async def test_a_cursor_that_was_not_handed_out_is_refused(world: World, cursor: str) -> None:
    assert code_of(await world.get("/appointments/all", ADMIN, after=cursor)) == (422, "INVALID_CURSOR")


@pytest.mark.parametrize(
    ("path", "owner", "allowed", "denied"),
    [
        (
            "of-patients",
            PATIENT,
            [PATIENT, DOCTOR, OTHER_DOCTOR, ADMIN, AUDITOR, RECORDS, EVENTS],
            [OTHER_PATIENT, NOBODY, ANONYMOUS_DOCTOR, WITHOUT_ROLE],
        ),
        (
            "of-doctors",
            DOCTOR,
            [DOCTOR, ADMIN, AUDITOR, RECORDS],
            [PATIENT, OTHER_DOCTOR, NOBODY, ANONYMOUS_DOCTOR, DOCTOR_WITH_ROLE, WITHOUT_ROLE],
        ),
        ("all", None, [ADMIN, AUDITOR], [PATIENT, DOCTOR, NOBODY, ANONYMOUS_DOCTOR, RECORDS, WITHOUT_ROLE]),
    ],
)
async def test_a_list_is_for_whom_it_concerns(
    world: World, path: str, owner: Person | None, allowed: list[Person], denied: list[Person]
) -> None:
    owners = {LISTS[path]: owner.actor} if owner else {}

    async def read(caller: Person) -> httpx.Response:
        return await world.get(f"/appointments/{path}", caller, **owners)

    assert {(await read(caller)).status_code for caller in allowed} == {200}
    assert {code_of(await read(caller)) for caller in denied} == {(403, "FORBIDDEN")}


async def test_asking_about_oneself_does_not_cover_others(world: World) -> None:
    both = f"{PATIENT.actor},{OTHER_PATIENT.actor}"
    assert code_of(await world.get("/appointments/of-patients", PATIENT, patientIds=both)) == (403, "FORBIDDEN")


async def test_pending_requests_are_counted_as_long_as_they_can_be_answered(world: World) -> None:
    await store(
        world,
        *numbered(3),
        appointment(NOW - HOUR, id="apt_expired"),
        appointment(FIRST, id="apt_confirmed", status=AppointmentStatus.CONFIRMED),
        appointment(FIRST, id="apt_others", doctor_id=OTHER_DOCTOR.actor),
    )
    answer = await world.get("/appointments/pending-counts", ADMIN, doctorIds=f"{DOCTOR.actor},doc_none")
    assert answer.json() == [{"doctorId": DOCTOR.actor, "count": 3}, {"doctorId": "doc_none", "count": 0}]
    own = await world.get("/appointments/pending-counts", DOCTOR, doctorIds=DOCTOR.actor)
    assert own.json() == answer.json()[:1]
    for caller in (PATIENT, OTHER_DOCTOR, ANONYMOUS_DOCTOR, DOCTOR_WITH_ROLE, RECORDS, WITHOUT_ROLE):
        denied = await world.get("/appointments/pending-counts", caller, doctorIds=DOCTOR.actor)
        assert code_of(denied) == (403, "FORBIDDEN")
