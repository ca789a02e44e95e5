import msgspec

from clients.erp.models import Admin, Invoice
from schema.common.principals import Principal
from schema.erp.policies import allows
from tests.schema import samples

CARLA = Principal(audience="erp", id="adm_1", roles=frozenset({"admin"}))


def test_a_colleagues_account_is_the_colleagues() -> None:
    """Whatever the role."""
    assert allows(CARLA, msgspec.convert(samples.admin("adm_1"), Admin))
    assert not allows(CARLA, msgspec.convert(samples.admin("adm_2"), Admin))


def test_the_rest_is_for_roles_to_decide() -> None:
    assert allows(CARLA, msgspec.convert(samples.invoice(2), Invoice))
