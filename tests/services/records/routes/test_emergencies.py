from datetime import timedelta
from typing import Any

import httpx
import pytest

from services.records.audit.proof import Proven
from services.records.audit.seal import Seal
from services.records.audit.verification import Verification
from tests.services.records.routes.test_audit import AUDITOR
from tests.services.records.world import ADMIN, FILE, NOBODY, Person, World, person

pytestmark = pytest.mark.anyio

PATH = "/emergency-accesses"


async def _patient(world: World) -> Person:
    patient = Person(await world.register(), "patient")
    await world.post(NOBODY, f"/patients/{patient.actor}/confirm")
    return patient


async def _opened(world: World, doctor: Person, patient: Person, reason: str = "Unconscious") -> httpx.Response:
    return await world.post(doctor, PATH, {"patientId": patient.actor, "reason": reason})


async def _read(world: World, doctor: Person, record_id: str) -> list[dict[str, Any]]:
    return list((await world.get(doctor, "/records", ids=[record_id])).json())


async def test_an_emergency_opens_a_patients_records_until_it_ends(world: World) -> None:
    ana, bruno, elisa = await _patient(world), world.doctor(), world.doctor()
    record_id = await world.add_record(ana)
    assert await _read(world, bruno, record_id) == []

    answer = await _opened(world, bruno, ana)

    assert answer.status_code == 201, answer.text
    assert (answer.json()["patientId"], answer.json()["doctorId"]) == (ana.actor, bruno.actor)
    assert [each["id"] for each in await _read(world, bruno, record_id)] == [record_id]
    [page] = (await world.get(bruno, "/records/of-patients", patientIds=[ana.actor])).json()
    assert [each["id"] for each in page["items"]] == [record_id]
    [download] = (await world.get(bruno, "/download-urls", ids=[record_id])).json()
    assert (await world.emulator.http.get(download["url"])).content == FILE
    [shown] = (await world.get(bruno, "/patients", ids=[ana.actor])).json()
    assert (shown["name"], shown["cpf"]) == ("Ana Conceição", None)
    assert await _read(world, elisa, record_id) == []

    world.advance(timedelta(minutes=61))
    assert await _read(world, bruno, record_id) == []
    assert (await world.get(bruno, "/download-urls", ids=[record_id])).json() == []
    assert (await world.get(bruno, "/patients", ids=[ana.actor])).json() == []
    [page] = (await world.get(bruno, "/records/of-patients", patientIds=[ana.actor])).json()
    assert page["items"] == []


async def test_a_download_url_does_not_outlive_the_emergency(world: World) -> None:
    ana, bruno = await _patient(world), world.doctor()
    record_id = await world.add_record(ana)
    expires_at = (await _opened(world, bruno, ana)).json()["expiresAt"]
    world.advance(timedelta(minutes=58))

    [download] = (await world.get(bruno, "/download-urls", ids=[record_id])).json()

    assert download["expiresAt"] <= expires_at


async def test_what_has_not_arrived_stays_the_patients(world: World) -> None:
    ana, bruno = await _patient(world), world.doctor()
    pending = (await world.announce(ana))["record"]["id"]
    await _opened(world, bruno, ana)

    assert await _read(world, bruno, pending) == []
    [page] = (await world.get(bruno, "/records/of-patients", patientIds=[ana.actor])).json()
    assert page["items"] == []


async def test_the_patient_and_the_auditors_are_told(world: World) -> None:
    ana, bruno = await _patient(world), world.doctor()

    access = (await _opened(world, bruno, ana, "Unconscious after a fall")).json()

    [alert] = await world.events("emergency.opened")
    assert (alert.entity, alert.data) == (access["id"], {"patientId": ana.actor, "doctorId": bruno.actor})
    [page] = (await world.get(ana, "/audit/of-patients", patientIds=[ana.actor])).json()
    [found] = (await world.get(AUDITOR, "/audit/events", decision="EMERGENCY")).json()["items"]
    assert page["items"] == [found]
    assert (found["kind"], found["actor"], found["patientId"]) == ("EMERGENCY_ACCESS", bruno.actor, ana.actor)
    assert "fall" not in str(found)
    assert "fall" not in str(alert.data)


async def test_the_same_reason_again_is_the_same_access(world: World) -> None:
    """A client that does not hear the answer asks again: nobody is alarmed twice."""
    ana, bruno = await _patient(world), world.doctor()

    first, again = await _opened(world, bruno, ana), await _opened(world, bruno, ana, " Unconscious ")
    other = await _opened(world, bruno, ana, "Still unconscious")

    assert first.json() == again.json()
    assert other.json()["id"] != first.json()["id"]
    assert len(await world.events("emergency.opened")) == 2


@pytest.mark.parametrize("reason", ["", "   ", "\n\t"])
async def test_a_reason_is_required(world: World, reason: str) -> None:
    ana, bruno = await _patient(world), world.doctor()

    answer = await _opened(world, bruno, ana, reason)

    assert (answer.status_code, answer.json()["code"]) == (422, "JUSTIFICATION_REQUIRED")
    assert await world.events("emergency.opened") == []


async def test_a_reason_is_bounded(world: World) -> None:
    ana, bruno = await _patient(world), world.doctor()

    assert (await _opened(world, bruno, ana, "x" * 501)).json()["code"] == "INVALID_REQUEST"


async def test_only_a_doctor_who_is_not_suspended_may(world: World) -> None:
    ana, suspended, unknown = await _patient(world), world.doctor(status="SUSPENDED"), person("doc")
    record_id = await world.add_record(ana)

    for doctor in (suspended, unknown):
        answer = await _opened(world, doctor, ana)
        assert (answer.status_code, answer.json()["code"]) == (409, "DOCTOR_SUSPENDED")
        assert await _read(world, doctor, record_id) == []
    for other in (ana, ADMIN, NOBODY, Person("anonymous", "doctor"), Person("bff", "service")):
        assert (await _opened(world, other, ana)).status_code == 403
    assert await world.events("emergency.opened") == []


async def test_an_absent_patient_is_not_found(world: World) -> None:
    bruno, pending = world.doctor(), Person(await world.register(), "patient")

    for patient in (person("pat"), pending):
        assert (await _opened(world, bruno, patient)).json()["code"] == "NOT_FOUND"


async def test_nothing_is_opened_while_scheduling_does_not_say_who_is_suspended(world: World) -> None:
    ana, bruno = await _patient(world), world.doctor()
    world.scheduling.down = True

    assert (await _opened(world, bruno, ana)).status_code == 503
    assert await world.events("emergency.opened") == []


async def test_the_bff_is_told_what_was_read_in_an_emergency_and_what_was_denied(world: World) -> None:
    ana, bruno, elisa = await _patient(world), world.doctor(), world.doctor()
    shared, record_id = await world.add_record(ana), await world.add_record(ana)
    await world.share(ana, bruno, shared)
    denied = await world.get(elisa, "/records", ids=[record_id, "rec_absent"])
    await _opened(world, bruno, ana)
    emergency = await world.get(bruno, "/records", ids=[record_id, shared])

    assert denied.headers["x-access"] == f"DENIED {ana.actor} {record_id}"
    assert emergency.headers["x-access"] == f"EMERGENCY {ana.actor} {record_id}"
    assert "x-access" not in (await world.get(elisa, "/records", ids=["rec_absent"])).headers
    assert "x-access" not in (await world.get(ana, "/records", ids=[record_id])).headers
    listed = await world.get(bruno, "/records/of-patients", patientIds=[ana.actor])
    assert listed.headers["x-access"] == f"EMERGENCY {ana.actor} {ana.actor}"
    of_absent = await world.get(elisa, "/patients", ids=["pat_absent"])
    of_ana = await world.get(elisa, "/patients", ids=[ana.actor])
    assert of_ana.headers["x-access"] == f"DENIED {ana.actor} {ana.actor}"
    assert "x-access" not in of_absent.headers
    assert of_ana.content == of_absent.content


async def test_accesses_at_once_make_one_chain(world: World) -> None:
    ana, doctors = await _patient(world), [world.doctor() for _ in range(5)]

    for doctor in doctors:
        assert (await _opened(world, doctor, ana)).status_code == 201

    seal = Seal(world.keys.signing_key().get_secret_value())
    proven = await Verification(world.table, seal).chain(ana.actor)
    assert isinstance(proven, Proven)
    assert proven.anchor[0] == 5
