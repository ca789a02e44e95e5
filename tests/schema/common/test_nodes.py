"""Each graph finds its own objects by their ids, and nothing else."""

import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

NODE = "query Node($id: ID!) { node(id: $id) { __typename id } }"
KINDS = [
    ("patient", "apt_1", "Appointment"),
    ("patient", "doc_1", "Doctor"),
    ("patient", "pat_1", "Patient"),
    ("patient", "rec_1", "MedicalRecord"),
    ("doctor", "apt_1", "Appointment"),
    ("doctor", "doc_1", "Doctor"),
    ("doctor", "pat_1", "Patient"),
    ("doctor", "rec_1", "MedicalRecord"),
    ("erp", "adm_1", "Admin"),
    ("erp", "apt_1", "Appointment"),
    ("erp", "doc_1", "Doctor"),
    ("erp", "pat_1", "Patient"),
]


@pytest.mark.parametrize(("audience", "identifier", "kind"), KINDS)
async def test_a_node_is_found_by_its_id(ask: Asking, audience: str, identifier: str, kind: str) -> None:
    answer = await getattr(ask, audience)(NODE, id=identifier)
    assert answer == ({"node": {"__typename": kind, "id": identifier}}, {})


@pytest.mark.parametrize("audience", ["patient", "doctor", "erp"])
@pytest.mark.parametrize("identifier", ["", "xyz_1", "note_1", "../apt_1"])
async def test_an_unknown_kind_is_null_without_a_call(
    ask: Asking, downstreams: Downstreams, audience: str, identifier: str
) -> None:
    assert await getattr(ask, audience)(NODE, id=identifier) == ({"node": None}, {})
    assert not downstreams.calls


@pytest.mark.parametrize("audience", ["doctor", "patient"])
async def test_only_the_erp_knows_admins(ask: Asking, audience: str) -> None:
    assert await getattr(ask, audience)(NODE, id="adm_1") == ({"node": None}, {})
