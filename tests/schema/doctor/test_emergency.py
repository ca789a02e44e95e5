import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

CALL = "records POST /emergency-accesses"
REQUEST = """mutation Request($input: RequestEmergencyAccessInput!) { requestEmergencyAccess(input: $input) {
    __typename
    ... on EmergencyAccessOpened { access { id reason createdAt expiresAt patient { name } } }
    ... on Problem { code message }
} }"""
INPUT = {"patientId": "pat_1", "reason": "Unconscious"}


async def test_a_doctor_breaks_the_glass(ask: Asking, downstreams: Downstreams) -> None:
    data, errors = await ask.doctor(REQUEST, input=INPUT)

    assert errors == {}
    assert data == {
        "requestEmergencyAccess": {
            "__typename": "EmergencyAccessOpened",
            "access": {
                "id": "emg_1",
                "reason": "Unconscious",
                "createdAt": "2026-11-24T12:00:00Z",
                "expiresAt": "2026-11-24T13:00:00Z",
                "patient": {"name": "Patient 1"},
            },
        }
    }
    assert downstreams.sent[CALL] == INPUT


@pytest.mark.parametrize(
    ("status", "code", "problem"),
    [
        (404, "NOT_FOUND", "NotFound"),
        (409, "DOCTOR_SUSPENDED", "DoctorSuspended"),
        (422, "JUSTIFICATION_REQUIRED", "JustificationRequired"),
        (422, "INVALID_REQUEST", "InvalidInput"),
    ],
)
async def test_a_refusal_is_a_problem(
    ask: Asking, downstreams: Downstreams, status: int, code: str, problem: str
) -> None:
    downstreams.refusals[CALL] = (status, code)

    data, errors = await ask.doctor(REQUEST, input=INPUT)

    assert errors == {}
    assert data is not None
    assert data["requestEmergencyAccess"]["__typename"] == problem


async def test_the_access_leaves_a_trail_whatever_is_selected(ask: Asking) -> None:
    await ask.doctor(
        "mutation R($input: RequestEmergencyAccessInput!) { requestEmergencyAccess(input: $input) { __typename } }",
        input=INPUT,
    )

    assert ask.trail.shown == {"pat_1": {"Mutation.requestEmergencyAccess"}}
