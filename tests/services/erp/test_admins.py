import pytest

from services.erp.models import Admin
from services.erp.store.admins import admin_items
from tests.services.erp.world import NEW_ADMIN, SUPPORT, World, code
from tests.services.tokens import DOCTOR, EVENTS, WITHOUT_ROLE, Person

pytestmark = pytest.mark.anyio

CARLA = Admin(id="adm_carla", name="Carla Dias", email="carla@example.com", roles=("admin",))
OTHER = Admin(id="adm_other", name="Otto Reis", email="otto@example.com", roles=("support",))


async def test_admins_read_about_themselves_alone(erp: World) -> None:
    await erp.table.put_all([*admin_items(CARLA), *admin_items(OTHER)])
    answer = await erp.get("/admins", SUPPORT, ids="adm_carla,adm_other,adm_nobody")
    assert answer.json() == [
        {"id": "adm_carla", "name": "Carla Dias", "email": "carla@example.com", "roles": ["admin"]}
    ]


async def test_others_read_about_nobody(erp: World) -> None:
    await erp.table.put_all(admin_items(CARLA))
    for caller in (WITHOUT_ROLE, DOCTOR, NEW_ADMIN, EVENTS, Person("adm_carla", "patient", ("admin",))):
        assert code(await erp.get("/admins", caller, ids="adm_carla")) == (403, "FORBIDDEN"), caller
