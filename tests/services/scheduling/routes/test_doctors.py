from collections.abc import Iterable

import httpx
import pytest

from services.scheduling.doctors import SPECIALTIES, Clinic
from tests.services.scheduling.world import HOURS, World, code_of, registration
from tests.services.tokens import (
    ADMIN,
    DOCTOR,
    EVENTS,
    NOBODY,
    PATIENT,
    RECORDS,
    WITHOUT_ROLE,
    Person,
)

pytestmark = pytest.mark.anyio

SE = {"latitude": -23.55, "longitude": -46.63}


async def put(world: World, doctor_id: str, **changes: object) -> None:
    body = registration(**changes).model_dump(mode="json")
    assert (await world.put(f"/doctors/{doctor_id}", EVENTS, body)).status_code == 204


async def put_far_and_near(world: World) -> None:
    """Register four doctors, at 0, 1, 10 and 360 km from the Sé, none of them in the order of their names."""
    here, near, far, farthest = (-23.55, -46.63), (-23.559, -46.63), (-23.64, -46.63), (-22.90, -43.17)
    places = {"doc_b": here, "doc_d": near, "doc_a": far, "doc_c": farthest}
    names = {"doc_a": "Ana Ávila", "doc_b": "Bruno D'Ávila Sá", "doc_c": "Caio Brás", "doc_d": "Davi Alves"}
    for price, (doctor_id, (latitude, longitude)) in enumerate(places.items(), start=1):
        clinic = Clinic(name="C", city="C", state="SP", latitude=latitude, longitude=longitude)
        specialties = ["CARDIOLOGY"] if doctor_id < "doc_c" else ["NEUROLOGY", "CARDIOLOGY"]
        name = names[doctor_id]
        await put(world, doctor_id, name=name, clinic=clinic, price_cents=price * 1000, specialties=specialties)


def ids(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [each["doctor"]["id"] for each in answer.json()["items"]]


async def found(world: World, **query: object) -> list[str]:
    return ids(await world.get("/doctors/search", NOBODY, **query))


async def test_specialties_are_listed_by_name(world: World) -> None:
    answer = (await world.get("/specialties", NOBODY)).json()
    assert answer == [{"code": each.code, "name": each.name} for each in SPECIALTIES]
    assert len({each["code"] for each in answer}) == 12


async def test_doctors_are_read_by_id(world: World) -> None:
    await put(world, "doc_a", status="SUSPENDED")
    await put(world, "doc_b")
    answer = (await world.get("/doctors", NOBODY, ids="doc_b,doc_none,doc_a,doc_b")).json()
    expected = registration().model_dump(mode="json", exclude={"version"})
    expected |= {"id": "doc_b", "rating": {"average": None, "count": 0}}
    assert sorted(answer, key=lambda each: str(each["id"])) == [
        expected | {"id": "doc_a", "status": "SUSPENDED"},
        expected,
    ]


async def test_at_most_a_hundred_doctors_are_read_at_once(world: World) -> None:
    assert (await world.get("/doctors", NOBODY, ids=",".join(f"doc_{number}" for number in range(100)))).json() == []
    too_many = await world.get("/doctors", NOBODY, ids=",".join(f"doc_{number}" for number in range(101)))
    assert code_of(too_many) == (422, "TOO_MANY_IDS")


async def test_what_is_too_long_to_be_an_id_is_absent(world: World) -> None:
    assert (await world.get("/doctors", NOBODY, ids="x" * 3000)).json() == []


async def test_an_older_registration_changes_nothing(world: World) -> None:
    await put(world, "doc_a", version=2, name="New")
    await put(world, "doc_a", version=1, name="Old")
    await put(world, "doc_a", version=2, name="Also old")
    assert (await world.get("/doctors", NOBODY, ids="doc_a")).json()[0]["name"] == "New"
    await put(world, "doc_a", version=3, name="Newest")
    assert (await world.get("/doctors", NOBODY, ids="doc_a")).json()[0]["name"] == "Newest"
    assert await found(world, name="newest") == ["doc_a"]
    assert await found(world, name="new ") == ["doc_a"]
    assert await found(world, name="old") == []


@pytest.mark.parametrize("caller", [NOBODY, PATIENT, DOCTOR, ADMIN, RECORDS, WITHOUT_ROLE], ids=lambda each: each.actor)
async def test_only_the_events_worker_registers_doctors(world: World, caller: Person) -> None:
    body = registration().model_dump(mode="json")
    assert code_of(await world.put("/doctors/doc_a", caller, body)) == (403, "FORBIDDEN")
    assert (await world.get("/doctors", NOBODY, ids="doc_a")).json() == []


@pytest.mark.parametrize(
    "change",
    [
        {"timeZone": "America/Atlantis"},
        {"clinic": {"name": "C", "city": "C", "state": "SP", "latitude": 91, "longitude": 0}},
        {"crm": {"number": "1", "state": "sp"}},
        {"priceCents": -1},
        {"priceCents": 10.5},
        {"rating": {"average": 5, "count": 1}},
        {"version": 0},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_registration_that_makes_no_sense_is_refused(world: World, change: dict[str, object]) -> None:
    body = registration().model_dump(mode="json") | change
    assert code_of(await world.put("/doctors/doc_a", EVENTS, body)) == (422, "INVALID_REQUEST")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["doc_a", "doc_b", "doc_c", "doc_d"]),
        ({"orderBy": "PRICE"}, ["doc_b", "doc_d", "doc_a", "doc_c"]),
        ({"orderBy": "DISTANCE"} | SE, ["doc_b", "doc_d", "doc_a", "doc_c"]),
        ({"orderBy": "NAME", "maxDistanceKm": 20} | SE, ["doc_a", "doc_b", "doc_d"]),
        ({"orderBy": "DISTANCE", "maxDistanceKm": 5} | SE, ["doc_b", "doc_d"]),
        ({"specialty": "NEUROLOGY"}, ["doc_c", "doc_d"]),
        ({"specialty": "CARDIOLOGY", "maxPriceCents": 3000}, ["doc_a", "doc_b", "doc_d"]),
        ({"specialty": "ALCHEMY"}, []),
        ({"name": "ávila"}, ["doc_a", "doc_b"]),
        ({"name": "AVI"}, ["doc_a", "doc_b"]),
        ({"name": "sa brun"}, ["doc_b"]),
        ({"name": "vila"}, []),
        ({"name": "d'avila"}, ["doc_b"]),
        ({"name": ".*"}, []),
        ({"name": "", "orderBy": "NAME"}, []),
        ({"minRating": 1}, []),
        ({"minRating": 0}, ["doc_a", "doc_b", "doc_c", "doc_d"]),
    ],
    ids=str,
)
async def test_a_search_filters_and_orders(world: World, query: dict[str, object], expected: list[str]) -> None:
    await put_far_and_near(world)
    assert await found(world, **query) == expected


async def test_a_search_from_a_place_says_how_far(world: World) -> None:
    await put_far_and_near(world)
    answer = (await world.get("/doctors/search", NOBODY, orderBy="DISTANCE", **SE)).json()
    distances = [each["distanceKm"] for each in answer["items"]]
    assert distances == pytest.approx([0, 1, 10, 360], rel=0.02, abs=0.01)
    nowhere = (await world.get("/doctors/search", NOBODY)).json()
    assert {each["distanceKm"] for each in nowhere["items"]} == {None}


async def test_suspended_doctors_are_not_found(world: World) -> None:
    await put_far_and_near(world)
    await put(world, "doc_a", status="SUSPENDED", version=2)
    assert await found(world) == ["doc_b", "doc_c", "doc_d"]


@pytest.mark.parametrize(
    "query",
    [
        {"orderBy": "DISTANCE"},
        {"maxDistanceKm": 5},
        {"orderBy": "DISTANCE", "latitude": -23.5},
        {"latitude": -23.5},
        {"latitude": "nan", "longitude": "nan"},
        {"latitude": 91, "longitude": 0},
        {"minRating": "inf"},
        {"maxPriceCents": 10**30},
        {"availableOn": "tomorrow"},
        {"availableOn": "0001-01-01"},
        {"orderBy": "LUCK"},
        {"limit": 0},
        {"limit": 101},
        {"colour": "blue"},
    ],
    ids=str,
)
async def test_a_search_that_makes_no_sense_is_refused(world: World, query: dict[str, object]) -> None:
    assert code_of(await world.get("/doctors/search", NOBODY, **query)) == (422, "INVALID_REQUEST")


async def pages(world: World, **query: object) -> list[str]:
    """Walk a search two by two, to its end."""
    seen: list[str] = []
    after: str | None = None
    while True:
        cursor = {} if after is None else {"after": after}
        answer = await world.get("/doctors/search", NOBODY, limit=2, **query, **cursor)
        seen += ids(answer)
        after = answer.json()["next"]
        if after is None:
            return seen


@pytest.mark.parametrize("order", ["NAME", "PRICE", "RATING", "DISTANCE"])
async def test_pages_have_each_doctor_once_also_where_many_are_equal(world: World, order: str) -> None:
    everybody = [f"doc_{number}" for number in range(5)]
    for doctor_id in everybody:
        await put(world, doctor_id)
    assert await pages(world, orderBy=order, **SE) == everybody


async def test_a_page_goes_on_where_it_was_while_doctors_come_and_go(world: World) -> None:
    await put_far_and_near(world)
    first = await world.get("/doctors/search", NOBODY, limit=2)
    await put(world, "doc_a", status="SUSPENDED", version=2)
    await put(world, "doc_new", name="Aaron")
    second = await world.get("/doctors/search", NOBODY, limit=2, after=first.json()["next"])
    assert (ids(first), ids(second)) == (["doc_a", "doc_b"], ["doc_c", "doc_d"])


async def test_a_cursor_belongs_to_its_order(world: World) -> None:
    await put_far_and_near(world)
    cursor = (await world.get("/doctors/search", NOBODY, limit=2)).json()["next"]
    for query in ({"orderBy": "PRICE", "after": cursor}, {"after": "bm90aGluZw=="}, {"after": "%%"}, {"after": "WzFd"}):
        assert code_of(await world.get("/doctors/search", NOBODY, **query)) == (422, "INVALID_CURSOR")


async def suspend_days(world: World, doctors: Iterable[Person], day: str) -> None:
    off = {"date": day, "startsAt": None, "endsAt": None, "available": False}
    for doctor in doctors:
        await world.put(f"/doctors/{doctor.actor}/availability", doctor, HOURS | {"exceptions": [off]})


async def test_a_search_finds_who_is_free_on_a_date(world: World) -> None:
    doctors = [Person(f"doc_{number}", "doctor") for number in range(5)]
    for doctor in doctors:
        await world.open_practice(doctor)
    await suspend_days(world, doctors[:3], "2026-11-25")
    assert await found(world, availableOn="2026-11-25") == ["doc_3", "doc_4"]
    assert await found(world, availableOn="2026-11-26") == [doctor.actor for doctor in doctors]
    assert await found(world, availableOn="2026-11-28") == []
    assert await pages(world, availableOn="2026-11-26") == [doctor.actor for doctor in doctors]
