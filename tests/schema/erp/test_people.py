import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

DOCTORS = """query Doctors($search: String, $status: DoctorStatus, $first: Int, $after: String) {
    doctors(search: $search, status: $status, first: $first, after: $after) {
        edges { cursor } nodes { id name } pageInfo { hasNextPage endCursor }
    }
}"""


async def test_me_is_the_signed_in_person(ask: Asking, downstreams: Downstreams) -> None:
    data, errors = await ask.erp("{ me { id name email roles } }")
    assert errors == {}
    assert data == {"me": {"id": "adm_1", "name": "Carla", "email": "carla@example.com", "roles": ["admin"]}}
    assert downstreams.calls == {"erp GET /admins": 1}


async def test_nobody_is_nobody(ask: Asking, downstreams: Downstreams) -> None:
    ask.as_nobody = True
    assert await ask.erp("{ me { id } }") == (None, {"me": "Unauthenticated"})
    assert not downstreams.calls


async def test_doctors_are_found_page_by_page(ask: Asking, downstreams: Downstreams) -> None:
    data, errors = await ask.erp(DOCTORS, search="Bru", status="ACTIVE", first=2)
    assert errors == {}
    assert data is not None
    assert [node["id"] for node in data["doctors"]["nodes"]] == ["doc_1", "doc_2"]
    assert downstreams.queries["erp GET /doctors/all"] == {"search": "Bru", "status": "ACTIVE", "limit": "2"}

    data, errors = await ask.erp(DOCTORS, after=data["doctors"]["pageInfo"]["endCursor"])
    assert errors == {}
    assert data is not None
    assert [node["id"] for node in data["doctors"]["nodes"]] == ["doc_3"]
    assert not data["doctors"]["pageInfo"]["hasNextPage"]


async def test_a_doctor_is_a_registration(ask: Asking) -> None:
    data, errors = await ask.erp(
        """{ doctor(id: "doc_1") {
            id name crm { number state } email specialties { name } bio clinic { name } timeZone priceCents currency
            status registeredAt
        } }"""
    )
    assert errors == {}
    assert data == {
        "doctor": {
            "id": "doc_1",
            "name": "Doctor 1",
            "crm": {"number": "100001", "state": "SP"},
            "email": "doctor1@clinic.example",
            "specialties": [{"name": "Cardiologia"}],
            "bio": "Cardiologist",
            "clinic": {"name": "Clínica Sé"},
            "timeZone": "America/Sao_Paulo",
            "priceCents": 35_000,
            "currency": "BRL",
            "status": "ACTIVE",
            "registeredAt": "2026-01-05T12:00:00Z",
        }
    }


async def test_patients_are_found_by_the_beginning_of_their_name(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.size = 1
    data, errors = await ask.erp(
        """{ patients(search: "Pat") { nodes {
            id name cpf email phone birthDate timeZone status registeredAt
        } } }"""
    )
    assert errors == {}
    assert data == {
        "patients": {
            "nodes": [
                {
                    "id": "pat_1",
                    "name": "Patient 1",
                    "cpf": "52998224725",
                    "email": "patient1@example.com",
                    "phone": "+5511987654321",
                    "birthDate": "1990-05-17",
                    "timeZone": "America/Sao_Paulo",
                    "status": "ACTIVE",
                    "registeredAt": "2026-02-01T12:00:00Z",
                }
            ]
        }
    }
    assert downstreams.queries["records GET /patients/all"] == {"search": "Pat", "limit": "20"}


async def test_a_patient_is_found_by_id(ask: Asking) -> None:
    assert await ask.erp('{ patient(id: "pat_4") { name } }') == ({"patient": {"name": "Patient 4"}}, {})
    assert await ask.erp('{ patient(id: "absent_4") { name } }') == ({"patient": None}, {})


async def test_a_list_that_fails_leaves_the_others(ask: Asking, downstreams: Downstreams) -> None:
    """A support person may not see money, and still gets the rest of the page."""
    downstreams.refusals["erp GET /invoices/all"] = (403, "FORBIDDEN")
    data, errors = await ask.erp("{ invoices { nodes { id } } doctors(first: 1) { nodes { id } } }")
    assert data == {"invoices": None, "doctors": {"nodes": [{"id": "doc_1"}]}}
    assert errors == {"invoices": "UpstreamForbidden"}
