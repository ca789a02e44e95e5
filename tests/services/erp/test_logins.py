import pytest

from services.erp.models import Admin
from services.erp.store.admins import admin_items
from tests.services.erp.world import NEW_ADMIN, NEW_DOCTOR, World, code, new_doctor
from tests.services.tokens import ADMIN, DOCTOR, EVENTS, PATIENT, Person

pytestmark = pytest.mark.anyio

CARLA = Admin(id="adm_carla", name="Carla Dias", email="carla@example.com", roles=("admin",))


@pytest.fixture
async def bruno(erp: World) -> str:
    """Register `123456/SP` and an admin, and return the doctor's id."""
    await erp.table.put_all(admin_items(CARLA))
    body = new_doctor(crm={"number": "123456", "state": "SP"}, email="bruno@example.com")
    username: str = (await erp.post("/doctors", ADMIN, body)).json()["id"]
    return username


async def test_a_doctor_is_known_by_crm_and_by_email(erp: World, bruno: str) -> None:
    for login in ("123456/SP", "123456-SP", "123456sp", "CRM/SP 123456", "bruno@example.com", " BRUNO@Example.com "):
        answer = await erp.post("/logins", NEW_DOCTOR, {"login": login})
        assert (answer.status_code, answer.json()) == (200, {"username": bruno}), login


@pytest.mark.usefixtures("bruno")
async def test_an_admin_is_known_by_email(erp: World) -> None:
    answer = await erp.post("/logins", NEW_ADMIN, {"login": "Carla@example.com"})
    assert (answer.status_code, answer.json()) == (200, {"username": "adm_carla"})


@pytest.mark.usefixtures("bruno")
async def test_an_unknown_login_is_not_found(erp: World) -> None:
    unknown = [
        # A login of one pool means nothing in the other.
        (NEW_ADMIN, "bruno@example.com"),
        (NEW_ADMIN, "123456/SP"),
        (NEW_DOCTOR, "carla@example.com"),
        (NEW_DOCTOR, "123456/RJ"),
        (NEW_DOCTOR, "nobody@example.com"),
        (NEW_DOCTOR, ""),
    ]
    for caller, login in unknown:
        assert code(await erp.post("/logins", caller, {"login": login})) == (404, "NOT_FOUND"), login


@pytest.mark.usefixtures("bruno")
async def test_logins_are_looked_up_by_those_who_sign_in_only(erp: World) -> None:
    for caller in (ADMIN, DOCTOR, PATIENT, EVENTS, Person("anonymous", "patient")):
        assert code(await erp.post("/logins", caller, {"login": "123456/SP"})) == (403, "FORBIDDEN"), caller


async def test_a_call_without_a_token_is_refused(erp: World) -> None:
    answer = await erp.http.post("/logins", json={"login": "123456/SP"})
    assert code(answer) == (401, "UNAUTHENTICATED")
