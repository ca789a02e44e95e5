import asyncio
import secrets

import pytest

from tests.services.erp.world import FINANCE, NEW_ADMIN, SUPPORT, World, code, new_doctor
from tests.services.tokens import (
    ADMIN,
    AUDITOR,
    DOCTOR,
    DOCTOR_WITH_ROLE,
    EVENTS,
    PATIENT,
    RECORDS,
    WITHOUT_ROLE,
    Person,
)

pytestmark = pytest.mark.anyio

OUTSIDERS = [WITHOUT_ROLE, PATIENT, DOCTOR, DOCTOR_WITH_ROLE, NEW_ADMIN, RECORDS]


async def registered(erp: World, **changes: object) -> dict[str, object]:
    answer = await erp.post("/doctors", ADMIN, new_doctor(**changes))
    assert answer.status_code == 201
    body: dict[str, object] = answer.json()
    return body


async def names_of(erp: World, **query: object) -> list[str]:
    answer = await erp.get("/doctors/all", SUPPORT, **query)
    return [each["name"] for each in answer.json()["items"]]


async def test_a_registered_doctor_is_found_by_id_with_an_event(erp: World) -> None:
    body = new_doctor(crm={"number": "0012.345p", "state": " sp"}, email=" Bruno@Example.com ")
    answer = await erp.post("/doctors", ADMIN, body)
    doctor = answer.json()
    assert answer.status_code == 201
    assert doctor == {
        **{name: value for name, value in body.items() if name != "idempotencyKey"},
        "id": doctor["id"],
        "crm": {"number": "12345P", "state": "SP"},
        "email": "bruno@example.com",
        "currency": "BRL",
        "status": "ACTIVE",
        "registeredAt": "2026-11-24T12:00:00Z",
        "version": 1,
    }
    assert (await erp.get("/doctors", SUPPORT, ids=f"{doctor['id']},doc_nobody")).json() == [doctor]
    data = {"doctorId": doctor["id"], "version": 1}
    assert await erp.events() == [("doctor.registered", doctor["id"], 1, data)]


async def test_a_registration_that_is_wrong_is_refused(erp: World) -> None:
    wrong: list[tuple[str, object, str]] = [
        ("crm", {"number": "12", "state": "XX"}, "INVALID_CRM"),
        ("crm", {"number": "12/SP", "state": "SP"}, "INVALID_CRM"),
        ("email", "bruno", "INVALID_EMAIL"),
        ("timeZone", "Brasilia", "INVALID_TIME_ZONE"),
        ("name", "  ", "INVALID_REQUEST"),
        ("specialties", [], "INVALID_REQUEST"),
        ("priceCents", -1, "INVALID_REQUEST"),
        ("priceCents", 1.5, "INVALID_REQUEST"),
        ("unknown", 1, "INVALID_REQUEST"),
    ]
    for field, value, problem in wrong:
        assert code(await erp.post("/doctors", ADMIN, new_doctor(**{field: value}))) == (422, problem), field
    assert await erp.events() == []


@pytest.mark.parametrize("same", ["crm", "email"])
async def test_a_crm_and_an_email_belong_to_one_doctor(erp: World, same: str) -> None:
    first = await registered(erp)
    assert code(await erp.post("/doctors", ADMIN, new_doctor(**{same: first[same]}))) == (409, "ALREADY_REGISTERED")
    assert len(await erp.events()) == 1


async def test_a_number_in_another_state_is_another_crm(erp: World) -> None:
    await registered(erp, crm={"number": "52", "state": "SP"})
    await registered(erp, crm={"number": "52", "state": "RJ"})


async def test_of_many_simultaneous_registrations_of_one_crm_one_wins(erp: World) -> None:
    crm = {"number": "777", "state": "SP"}
    attempts = (erp.post("/doctors", ADMIN, new_doctor(crm=crm)) for _ in range(20))
    answers = await asyncio.gather(*attempts)
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert len(await erp.events()) == 1
    assert len((await erp.get("/doctors/all", ADMIN, search="777/SP")).json()["items"]) == 1


async def test_the_same_key_and_body_replays_the_answer(erp: World) -> None:
    body = new_doctor()
    answers = await asyncio.gather(*(erp.post("/doctors", ADMIN, body) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert len(await erp.events()) == 1


async def test_the_same_key_with_another_body_is_a_conflict(erp: World) -> None:
    key = secrets.token_hex(8)
    await registered(erp, idempotencyKey=key)
    answer = await erp.post("/doctors", ADMIN, new_doctor(idempotencyKey=key))
    assert code(answer) == (409, "IDEMPOTENCY_CONFLICT")


async def test_two_admins_may_choose_the_same_key(erp: World) -> None:
    key = secrets.token_hex(8)
    await registered(erp, idempotencyKey=key)
    other = Person("adm_other", "erp", ("admin",))
    assert (await erp.post("/doctors", other, new_doctor(idempotencyKey=key))).status_code == 201


async def test_a_doctor_is_suspended_once_with_an_event(erp: World) -> None:
    doctor = await registered(erp)
    path = f"/doctors/{doctor['id']}/suspend"
    answers = await asyncio.gather(*(erp.post(path, ADMIN, {"reason": "Credentials"}) for _ in range(5)))
    suspended = [answer.json() for answer in answers if answer.status_code == 200]
    assert suspended == [doctor | {"status": "SUSPENDED", "version": 2}]
    assert {code(answer) for answer in answers if answer.status_code != 200} == {(409, "ALREADY_SUSPENDED")}
    data = {"doctorId": doctor["id"], "version": 2}
    assert [event for event in await erp.events() if event[2] > 1] == [("doctor.suspended", doctor["id"], 2, data)]


async def test_nobody_suspends_an_unknown_doctor(erp: World) -> None:
    for unknown in ("doc_nobody", "Ana", "%23"):
        answer = await erp.post(f"/doctors/{unknown}/suspend", ADMIN, {"reason": "Credentials"})
        assert code(answer) == (404, "NOT_FOUND"), unknown


async def test_doctors_are_listed_by_name_in_pages(erp: World) -> None:
    for name in ("Álvaro Lima", "ana Souza", "Ângela Dias", "Zoé"):
        await registered(erp, name=name)
    seen: list[list[str]] = []
    after: dict[str, str] = {}
    while True:
        page = (await erp.get("/doctors/all", AUDITOR, limit=3, **after)).json()
        seen.append([each["name"] for each in page["items"]])
        if not page["next"]:
            break
        after = {"after": page["next"]}
    assert seen == [["Álvaro Lima", "ana Souza", "Ângela Dias"], ["Zoé"]]


async def test_doctors_are_searched_by_the_beginning_of_a_name_whatever_its_accents(erp: World) -> None:
    for name in ("Ana Souza", "Ângela Dias", "Zoé"):
        await registered(erp, name=name)
    assert await names_of(erp, search="AN") == ["Ana Souza", "Ângela Dias"]
    assert await names_of(erp, search="Angéla") == ["Ângela Dias"]
    assert await names_of(erp, search="souza") == []


async def test_doctors_are_searched_by_crm_with_or_without_its_state(erp: World) -> None:
    await registered(erp, name="Ana", crm={"number": "4321", "state": "SP"})
    await registered(erp, name="Rui", crm={"number": "4321", "state": "RJ"})
    assert await names_of(erp, search="CRM/SP 4321") == ["Ana"]
    assert sorted(await names_of(erp, search="4321")) == ["Ana", "Rui"]
    assert await names_of(erp, search="4321", status="SUSPENDED") == []


async def test_doctors_are_listed_by_status(erp: World) -> None:
    await registered(erp, name="Ana")
    rui = await registered(erp, name="Rui")
    await erp.post(f"/doctors/{rui['id']}/suspend", ADMIN, {"reason": "Credentials"})
    assert await names_of(erp, status="ACTIVE") == ["Ana"]
    assert await names_of(erp, status="SUSPENDED", search="ru") == ["Rui"]
    assert await names_of(erp) == ["Ana", "Rui"]


async def test_only_the_role_admin_registers_and_suspends(erp: World) -> None:
    doctor = await registered(erp)
    for caller in (FINANCE, SUPPORT, AUDITOR, EVENTS, *OUTSIDERS):
        refusals = [
            await erp.post("/doctors", caller, new_doctor()),
            await erp.post(f"/doctors/{doctor['id']}/suspend", caller, {"reason": "Credentials"}),
            # Judged before the body is read.
            await erp.post("/doctors", caller, {}),
        ]
        assert [code(answer) for answer in refusals] == [(403, "FORBIDDEN")] * 3, caller
    assert len(await erp.events()) == 1


async def test_who_has_no_role_in_the_erp_reads_no_registration(erp: World) -> None:
    doctor = await registered(erp)
    for caller in OUTSIDERS:
        assert code(await erp.get("/doctors", caller, ids=doctor["id"])) == (403, "FORBIDDEN"), caller
        assert code(await erp.get("/doctors/all", caller)) == (403, "FORBIDDEN"), caller


async def test_the_events_worker_reads_registrations_by_id_only(erp: World) -> None:
    doctor = await registered(erp)
    assert (await erp.get("/doctors", EVENTS, ids=doctor["id"])).json() == [doctor]
    assert code(await erp.get("/doctors/all", EVENTS)) == (403, "FORBIDDEN")


async def test_a_cursor_is_one_that_was_handed_out(erp: World) -> None:
    assert code(await erp.get("/doctors/all", ADMIN, after="nonsense")) == (422, "INVALID_CURSOR")


async def test_a_call_names_at_most_100_ids(erp: World) -> None:
    ids = ",".join(f"doc_{number}" for number in range(101))
    assert code(await erp.get("/doctors", ADMIN, ids=ids)) == (422, "TOO_MANY_IDS")
