from datetime import timedelta

import pytest

from services.scheduling.models import AppointmentStatus
from services.scheduling.store.appointments import appointment_item
from tests.services.scheduling.world import FIRST, World, appointment, code_of
from tests.services.tokens import (
    ADMIN,
    ANONYMOUS_DOCTOR,
    DOCTOR,
    DOCTOR_WITH_ROLE,
    EVENTS,
    NOBODY,
    OTHER_DOCTOR,
    PATIENT,
    RECORDS,
    Person,
)

pytestmark = pytest.mark.anyio


async def related(world: World, caller: Person = RECORDS, doctor: Person = DOCTOR) -> list[str]:
    patients = ",".join(["pat_none", *(f"pat_{status.lower()}" for status in AppointmentStatus)])
    answer = await world.get("/care-relations", caller, doctorId=doctor.actor, patientIds=patients)
    assert answer.status_code == 200, answer.text
    ids: list[str] = answer.json()
    return ids


async def one_patient_a_status(world: World) -> None:
    await world.table.put_all(
        [
            appointment_item(appointment(id=f"apt_{status}", status=status, patient_id=f"pat_{status.lower()}"))
            for status in AppointmentStatus
        ]
    )


async def test_care_comes_from_any_appointment_but_a_declined_or_expired_one(world: World) -> None:
    await one_patient_a_status(world)
    expected = ["pat_requested", "pat_confirmed", "pat_cancelled", "pat_completed", "pat_no_show"]
    assert await related(world) == expected
    assert await related(world, DOCTOR) == expected
    assert await related(world, OTHER_DOCTOR, OTHER_DOCTOR) == []


async def test_an_unanswered_request_ends_the_care_that_it_gave(world: World) -> None:
    await one_patient_a_status(world)
    world.clock.now = FIRST
    assert "pat_requested" not in await related(world)


async def test_care_relations_are_for_services_and_the_doctor(world: World) -> None:
    query = {"doctorId": DOCTOR.actor, "patientIds": PATIENT.actor}
    for caller in (PATIENT, OTHER_DOCTOR, ADMIN, NOBODY, ANONYMOUS_DOCTOR, DOCTOR_WITH_ROLE):
        assert code_of(await world.get("/care-relations", caller, **query)) == (403, "FORBIDDEN")


async def test_a_doctors_patients_are_listed_once_each_page_by_page(world: World) -> None:
    await world.table.put_all(
        [
            appointment_item(
                appointment(FIRST + timedelta(hours=number), id=f"apt_{number}", patient_id=f"pat_{number % 5}")
            )
            for number in range(12)
        ]
    )
    seen: list[str] = []
    page: dict[str, object] = {"next": ""}
    while page["next"] is not None:
        cursor = {"after": page["next"]} if page["next"] else {}
        query = {"doctorId": DOCTOR.actor, "limit": 2}
        page = (await world.get("/patients-of-doctors", DOCTOR, **query, **cursor)).json()
        seen += [str(each) for each in page["items"]] if isinstance(page["items"], list) else []
    assert seen == [f"pat_{number}" for number in range(5)]


async def test_nobody_else_lists_a_doctors_patients(world: World) -> None:
    for caller in (PATIENT, OTHER_DOCTOR, ADMIN, NOBODY, ANONYMOUS_DOCTOR, DOCTOR_WITH_ROLE, RECORDS, EVENTS):
        answer = await world.get("/patients-of-doctors", caller, doctorId=DOCTOR.actor)
        assert code_of(answer) == (403, "FORBIDDEN")
