import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

CONFIRM = """mutation Confirm($input: ConfirmAppointmentInput!) { it: confirmAppointment(input: $input) {
    __typename ... on AppointmentConfirmed { appointment { id } } ... on Problem { code message }
} }"""
DECLINE = """mutation Decline($input: DeclineAppointmentInput!) { it: declineAppointment(input: $input) {
    __typename ... on AppointmentDeclined { appointment { id } } ... on Problem { code message }
} }"""
CANCEL = """mutation Cancel($input: CancelAppointmentInput!) { it: cancelAppointment(input: $input) {
    __typename ... on AppointmentCancelled { appointment { id } } ... on Problem { code message }
} }"""
COMPLETE = """mutation Complete($input: CompleteAppointmentInput!) { it: completeAppointment(input: $input) {
    __typename ... on AppointmentCompleted { appointment { id } } ... on Problem { code message }
} }"""

DECISIONS = {
    "confirm": (CONFIRM, {}, "AppointmentConfirmed"),
    "decline": (DECLINE, {"reason": "In person, please"}, "AppointmentDeclined"),
    "cancel": (CANCEL, {"justification": "I am ill"}, "AppointmentCancelled"),
    "complete": (COMPLETE, {}, "AppointmentCompleted"),
}
PROBLEMS = [
    *((action, (404, "NOT_FOUND"), "NotFound") for action in DECISIONS),
    *((action, (409, "INVALID_TRANSITION"), "InvalidTransition") for action in DECISIONS),
    ("decline", (422, "JUSTIFICATION_REQUIRED"), "JustificationRequired"),
    ("cancel", (422, "JUSTIFICATION_REQUIRED"), "JustificationRequired"),
    ("decline", (422, "INVALID_REQUEST"), "InvalidInput"),
    ("cancel", (422, "INVALID_REQUEST"), "InvalidInput"),
    ("complete", (409, "TOO_EARLY"), "TooEarly"),
]


@pytest.mark.parametrize("action", DECISIONS)
async def test_a_decision_goes_to_scheduling(ask: Asking, downstreams: Downstreams, action: str) -> None:
    operation, words, success = DECISIONS[action]
    answer = await ask.doctor(operation, input={"appointmentId": "apt_5", **words})
    assert answer == ({"it": {"__typename": success, "appointment": {"id": "apt_5"}}}, {})
    assert downstreams.sent == {f"scheduling POST /appointments/{{id}}/{action}": words}


@pytest.mark.parametrize(("action", "refusal", "problem"), PROBLEMS)
async def test_a_refusal_is_a_problem(
    ask: Asking, downstreams: Downstreams, action: str, refusal: tuple[int, str], problem: str
) -> None:
    operation, words, _ = DECISIONS[action]
    downstreams.refusals[f"scheduling POST /appointments/{{id}}/{action}"] = refusal
    data, errors = await ask.doctor(operation, input={"appointmentId": "apt_5", **words})
    assert errors == {}
    assert data is not None
    assert data["it"]["__typename"] == problem


async def test_an_unexpected_refusal_is_an_error(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.refusals["scheduling POST /appointments/{id}/confirm"] = (403, "FORBIDDEN")
    assert await ask.doctor(CONFIRM, input={"appointmentId": "apt_5"}) == (None, {"it": "UpstreamForbidden"})


@pytest.mark.parametrize("action", DECISIONS)
async def test_an_id_that_leads_elsewhere_is_absent_without_a_call(
    ask: Asking, downstreams: Downstreams, action: str
) -> None:
    operation, words, _ = DECISIONS[action]
    data, errors = await ask.doctor(operation, input={"appointmentId": "../patients", **words})
    assert errors == {}
    assert data is not None
    assert data["it"]["code"] == "NOT_FOUND"
    assert not downstreams.calls
