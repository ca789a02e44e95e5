from typing import Any

import pytest

from tests.services.records.world import ADMIN, NOBODY, REGISTRATION, Person, World, person

pytestmark = pytest.mark.anyio

OTHERS = [NOBODY, Person("pat_1", "patient"), Person("doc_1", "doctor"), Person("adm_1", "erp")]
BIA = {"name": "Bia Souza", "cpf": "111.444.777-35", "email": "bia@example.com"}


async def _ids(world: World, caller: Person, *ids: str) -> list[str]:
    answer = await world.get(caller, "/patients", ids=ids)
    assert answer.status_code == 200, answer.text
    return [patient["id"] for patient in answer.json()]


async def _username(world: World, login: str) -> str | None:
    answer = await world.post(NOBODY, "/logins", {"login": login})
    username: str | None = answer.json().get("username")
    return username


async def test_a_patient_registers_confirms_and_reads_what_was_written(world: World) -> None:
    patient_id = await world.register()

    first = await world.post(NOBODY, f"/patients/{patient_id}/confirm")
    again = await world.post(NOBODY, f"/patients/{patient_id}/confirm")
    [patient] = (await world.get(Person(patient_id, "patient"), "/patients", ids=[patient_id])).json()

    assert (first.status_code, again.status_code) == (204, 204)
    registered_at = patient.pop("registeredAt")
    assert registered_at.endswith("Z")
    assert patient == {
        "id": patient_id,
        "name": "Ana Conceição",
        "cpf": "52998224725",
        "email": "ana@example.com",
        "phone": "+5511987654321",
        "birthDate": "1990-05-17",
        "timeZone": "America/Sao_Paulo",
        "status": "ACTIVE",
    }


async def test_registration_is_told_without_personal_data(world: World) -> None:
    patient_id = await world.register()
    await world.post(NOBODY, f"/patients/{patient_id}/confirm")
    await world.post(NOBODY, f"/patients/{patient_id}/confirm")

    told = [(event.type, event.entity, event.version, event.data) for event in await world.events()]

    assert told == [
        ("patient.registered", patient_id, 1, {"patientId": patient_id}),
        ("patient.confirmed", patient_id, 2, {"patientId": patient_id}),
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"cpf": "529.982.247-24"}, "INVALID_CPF"),
        ({"email": "ana@"}, "INVALID_EMAIL"),
        ({"phone": "+1 202 555 0143"}, "INVALID_PHONE"),
        ({"birthDate": "2099-01-01"}, "INVALID_BIRTH_DATE"),
        ({"timeZone": "Mars/Olympus"}, "INVALID_TIME_ZONE"),
        ({"name": "   "}, "INVALID_NAME"),
        ({"name": "\x1c"}, "INVALID_NAME"),
        ({"name": "x" * 121}, "INVALID_REQUEST"),
        ({"password": "secret"}, "INVALID_REQUEST"),
        ({"cpf": None}, "INVALID_REQUEST"),
    ],
)
async def test_an_impossible_registration_is_refused_and_not_quoted(
    world: World, changes: dict[str, Any], code: str
) -> None:
    answer = await world.post(NOBODY, "/patients", {**REGISTRATION, **changes})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert not any(str(value) in answer.text for value in changes.values() if value and str(value).strip())
    assert await world.events() == []


@pytest.mark.parametrize("same", [{"cpf": "52998224725"}, {"email": "Ana@EXAMPLE.com"}])
async def test_a_cpf_or_an_email_is_registered_once(world: World, same: dict[str, str]) -> None:
    patient_id = await world.register()
    await world.post(NOBODY, f"/patients/{patient_id}/confirm")

    answer = await world.post(NOBODY, "/patients", {**REGISTRATION, **BIA, **same})

    assert (answer.status_code, answer.json()["code"]) == (409, "ALREADY_REGISTERED")
    assert await _username(world, "52998224725") == await _username(world, "ana@example.com") == patient_id
    assert await _username(world, BIA["cpf"]) is await _username(world, BIA["email"]) is None


async def test_a_pending_registration_gives_way(world: World) -> None:
    """The mistyped e-mail of the first attempt leads nowhere, and its id cannot be confirmed."""
    mistyped = await world.register(email="anna@example.com")
    patient_id = await world.register()

    assert patient_id != mistyped
    assert await _username(world, "52998224725") == await _username(world, "ana@example.com") == patient_id
    assert await _username(world, "anna@example.com") is None
    assert (await world.post(NOBODY, f"/patients/{mistyped}/confirm")).status_code == 404
    assert await _ids(world, ADMIN, mistyped, patient_id) == [patient_id]


async def test_two_pending_registrations_give_way_to_a_third(world: World) -> None:
    """One has the CPF, the other the e-mail: both go, with what was theirs alone."""
    first = await world.register(email="first@example.com")
    second = await world.register(cpf=BIA["cpf"])
    third = await world.register()

    assert await _ids(world, ADMIN, first, second, third) == [third]
    assert await _username(world, "52998224725") == await _username(world, "ana@example.com") == third
    assert await _username(world, "first@example.com") is await _username(world, BIA["cpf"]) is None


async def test_a_patient_sees_himself_alone(world: World) -> None:
    """Another's id is answered as an unknown one is."""
    ana, bia = await world.register(), await world.register(**BIA)

    assert await _ids(world, Person(ana, "patient"), bia, ana, "pat_unknown") == [ana]
    others = await world.get(Person(ana, "patient"), "/patients", ids=[bia])
    unknown = await world.get(Person(ana, "patient"), "/patients", ids=["pat_unknown"])
    assert others.content == unknown.content == b"[]"


async def test_a_doctor_sees_patients_of_his_own_without_how_to_reach_them(world: World) -> None:
    ana, bia, doctor = await world.register(), await world.register(**BIA), person("doc")
    world.scheduling.relations.add((doctor.actor, ana))

    answer = await world.get(doctor, "/patients", ids=[ana, bia, "pat_unknown"])

    [patient] = answer.json()
    assert patient["id"] == ana
    assert (patient["name"], patient["birthDate"]) == ("Ana Conceição", "1990-05-17")
    assert (patient["cpf"], patient["email"], patient["phone"]) == (None, None, None)
    assert world.scheduling.calls == ["/care-relations"]


async def test_a_doctor_without_a_relation_sees_what_an_unknown_id_gives(world: World) -> None:
    ana, doctor = await world.register(), person("doc")
    world.scheduling.relations.add((person("doc").actor, ana))

    others = await world.get(doctor, "/patients", ids=[ana])
    unknown = await world.get(doctor, "/patients", ids=["pat_unknown"])

    assert others.content == unknown.content == b"[]"
    assert world.scheduling.calls == ["/care-relations"] * 2


async def test_without_scheduling_a_doctor_sees_nobody(world: World) -> None:
    ana, doctor = await world.register(), person("doc")
    world.scheduling.relations.add((doctor.actor, ana))
    world.scheduling.down = True

    answer = await world.get(doctor, "/patients", ids=[ana])

    assert (answer.status_code, answer.json()["code"]) == (503, "SCHEDULING_UNAVAILABLE")


async def test_a_hundred_patients_take_one_question_to_scheduling(world: World) -> None:
    doctor = person("doc")

    assert await _ids(world, doctor, *(f"pat_{number}" for number in range(100))) == []
    assert await _ids(world, doctor) == []
    assert world.scheduling.calls == ["/care-relations"]


async def test_the_erp_and_services_see_everybody(world: World) -> None:
    ana = await world.register()

    [patient] = (await world.get(ADMIN, "/patients", ids=[ana])).json()

    assert patient["cpf"] == "52998224725"
    assert patient["status"] == "PENDING"


@pytest.mark.parametrize("caller", [NOBODY, Person("adm_1", "erp"), Person("anonymous", "doctor")])
async def test_visitors_and_admins_without_a_role_read_nobody(world: World, caller: Person) -> None:
    ana = await world.register()

    answer = await world.get(caller, "/patients", ids=[ana])

    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


@pytest.mark.parametrize("caller", [Person("pat_1", "patient"), Person("doc_1", "doctor"), ADMIN])
async def test_only_a_visitor_registers_and_confirms(world: World, caller: Person) -> None:
    ana = await world.register()

    assert (await world.post(caller, "/patients", {**REGISTRATION, **BIA})).status_code == 403
    assert (await world.post(caller, f"/patients/{ana}/confirm")).status_code == 403
    assert [event.type for event in await world.events()] == ["patient.registered"]


async def test_an_unknown_patient_cannot_be_confirmed(world: World) -> None:
    answer = await world.post(NOBODY, "/patients/pat_unknown/confirm")

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


async def test_the_erp_lists_patients_by_name_page_by_page(world: World) -> None:
    cpfs = ["52998224725", "11144477735", "39053344705", "12345678909"]
    names = ["Ana Maria", "ana", "Álvaro", "Zoé"]
    for number, (name, cpf) in enumerate(zip(names, cpfs, strict=True)):
        await world.register(name=name, cpf=cpf, email=f"p{number}@example.com")

    seen, after = [], None
    while True:
        page = (await world.get(ADMIN, "/patients/all", limit=3, after=after)).json()
        seen += [patient["name"] for patient in page["items"]]
        after = page["next"]
        if after is None:
            break
    found = (await world.get(ADMIN, "/patients/all", search=" AN")).json()["items"]

    assert seen == ["Álvaro", "ana", "Ana Maria", "Zoé"]
    assert [patient["name"] for patient in found] == ["ana", "Ana Maria"]


@pytest.mark.parametrize("letter", ["a", "ж", "名", "😀", '"', "\\"])
async def test_the_longest_names_can_be_paged_and_found(world: World, letter: str) -> None:
    """A page's cursor holds the name's beginning, and must itself fit into a request."""
    await world.register(name=letter * 120)
    await world.register(**{**BIA, "name": letter * 119})

    first = (await world.get(ADMIN, "/patients/all", limit=1, search=letter * 110)).json()
    second = await world.get(ADMIN, "/patients/all", limit=1, search=letter, after=first["next"])

    assert second.status_code == 200
    assert {first["items"][0]["email"], second.json()["items"][0]["email"]} == {"ana@example.com", "bia@example.com"}


@pytest.mark.parametrize("caller", OTHERS)
async def test_only_admins_with_a_role_list_patients(world: World, caller: Person) -> None:
    answer = await world.get(caller, "/patients/all")

    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")


async def test_a_hundred_and_one_ids_are_too_many(world: World) -> None:
    answer = await world.get(ADMIN, "/patients", ids=[f"pat_{number}" for number in range(101)])

    assert (answer.status_code, answer.json()["code"]) == (422, "TOO_MANY_IDS")


async def test_a_service_sees_patients_with_its_own_token_only(world: World) -> None:
    """The BFF cannot speak for a service."""
    answer = await world.get(Person("events", "service"), "/patients", ids=["pat_1"])

    assert answer.status_code == 401
