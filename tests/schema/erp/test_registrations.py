import pytest

from tests.schema import samples
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

REGISTER = """mutation Register($input: RegisterDoctorInput!) { it: registerDoctor(input: $input) {
    __typename ... on DoctorRegistered { doctor { id status } }
} }"""
SUSPEND = """mutation Suspend($input: SuspendDoctorInput!) { it: suspendDoctor(input: $input) {
    __typename ... on DoctorSuspended { doctor { id status } }
} }"""
DOCTOR = {
    "name": "Helena Duarte",
    "crm": {"number": "765432", "state": "SP"},
    "email": "helena@example.com",
    "specialties": ["cardiology"],
    "bio": "Cardiologist",
    "clinic": samples.CLINIC,
    "timeZone": "America/Sao_Paulo",
    "priceCents": 32_000,
    "idempotencyKey": "key-1",
}


async def test_a_doctor_is_registered(ask: Asking, downstreams: Downstreams) -> None:
    answer = await ask.erp(REGISTER, input=DOCTOR)
    doctor = {"id": "doc_7", "status": "ACTIVE"}
    assert answer == ({"it": {"__typename": "DoctorRegistered", "doctor": doctor}}, {})
    assert downstreams.sent == {"erp POST /doctors": DOCTOR}


@pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        ((409, "ALREADY_REGISTERED"), "AlreadyRegistered"),
        ((409, "IDEMPOTENCY_CONFLICT"), "IdempotencyConflict"),
        ((422, "INVALID_CRM"), "InvalidInput"),
        ((422, "INVALID_EMAIL"), "InvalidInput"),
        ((422, "INVALID_TIME_ZONE"), "InvalidInput"),
        ((422, "INVALID_REQUEST"), "InvalidInput"),
    ],
)
async def test_a_registration_may_be_refused(
    ask: Asking, downstreams: Downstreams, refusal: tuple[int, str], problem: str
) -> None:
    downstreams.refusals["erp POST /doctors"] = refusal
    assert await ask.erp(REGISTER, input=DOCTOR) == ({"it": {"__typename": problem}}, {})


async def test_a_doctor_is_suspended(ask: Asking, downstreams: Downstreams) -> None:
    answer = await ask.erp(SUSPEND, input={"doctorId": "doc_7", "reason": "Under review"})
    doctor = {"id": "doc_7", "status": "SUSPENDED"}
    assert answer == ({"it": {"__typename": "DoctorSuspended", "doctor": doctor}}, {})
    assert downstreams.sent == {"erp POST /doctors/{id}/suspend": {"reason": "Under review"}}


@pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        ((404, "NOT_FOUND"), "NotFound"),
        ((409, "ALREADY_SUSPENDED"), "AlreadySuspended"),
        ((422, "INVALID_REQUEST"), "InvalidInput"),
    ],
)
async def test_a_suspension_may_be_refused(
    ask: Asking, downstreams: Downstreams, refusal: tuple[int, str], problem: str
) -> None:
    downstreams.refusals["erp POST /doctors/{id}/suspend"] = refusal
    answer = await ask.erp(SUSPEND, input={"doctorId": "doc_7", "reason": "Under review"})
    assert answer == ({"it": {"__typename": problem}}, {})


async def test_a_role_that_may_not_is_an_error(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.refusals["erp POST /doctors"] = (403, "FORBIDDEN")
    assert await ask.erp(REGISTER, input=DOCTOR) == (None, {"it": "UpstreamForbidden"})
