import pytest

from tests.services.records.world import ADMIN, NOBODY, Person, World

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "login", ["52998224725", "529.982.247-25", "529 982 247 25", "Ana@Example.com", " ana@example.com "]
)
async def test_a_login_is_found_however_it_is_typed(world: World, login: str) -> None:
    """A PENDING patient's too: confirming needs it."""
    registered = await world.register(cpf="529.982.247-25", email="ANA@example.COM")

    answer = await world.post(NOBODY, "/logins", {"login": login})

    assert (answer.status_code, answer.json()) == (200, {"username": registered})


@pytest.mark.parametrize("login", ["", "11144477735", "bia@example.com", "529.982.247-2", "x" * 254, "@", "123456/SP"])
async def test_an_unknown_login_is_absent_whatever_it_is(world: World, login: str) -> None:
    await world.register()

    answer = await world.post(NOBODY, "/logins", {"login": login})

    assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")


@pytest.mark.parametrize(
    "caller", [Person("pat_1", "patient"), Person("doc_1", "doctor"), ADMIN, Person("anonymous", "doctor")]
)
async def test_only_a_visitor_of_the_patients_looks_a_login_up(world: World, caller: Person) -> None:
    await world.register()

    answer = await world.post(caller, "/logins", {"login": "ana@example.com"})

    assert (answer.status_code, answer.json()["code"]) == (403, "FORBIDDEN")
