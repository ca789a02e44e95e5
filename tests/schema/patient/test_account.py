import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

PROFILE = "{ me { id name email cpf phone birthDate timeZone } }"
REGISTER = """mutation Register($input: RegisterPatientInput!) { it: registerPatient(input: $input) {
    __typename ... on RegistrationPending { patientId } ... on Problem { code }
} }"""
CONFIRM = """mutation { it: confirmRegistration(input: {login: "ana@example.com", code: "123456"}) {
    __typename ... on RegistrationConfirmed { patientId } ... on Problem { code }
} }"""
SIGN_IN = """mutation { it: signIn(input: {login: "529.982.247-25", password: "secret"}) {
    __typename ... on Session { accessToken } ... on Problem { code message }
} }"""
NEW = {
    "name": "Ana",
    "cpf": "529.982.247-25",
    "email": "ana@example.com",
    "phone": "(11) 98765-4321",
    "birthDate": "1990-05-17",
    "timeZone": "America/Sao_Paulo",
    "consents": [{"kind": "TELEMEDICINE", "version": "1"}],
}


async def test_the_profile_is_one_call(ask: Asking, downstreams: Downstreams) -> None:
    data, errors = await ask.patient(PROFILE)
    assert errors == {}
    assert data == {
        "me": {
            "id": "pat_1",
            "name": "Patient 1",
            "email": "patient1@example.com",
            "cpf": "52998224725",
            "phone": "+5511987654321",
            "birthDate": "1990-05-17",
            "timeZone": "America/Sao_Paulo",
        }
    }
    assert downstreams.calls == {"records GET /patients": 1}


async def test_without_records_the_appointments_stay(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.size, downstreams.down = 1, {"records"}
    data, errors = await ask.patient("{ me { name appointments { nodes { id } } records { nodes { id } } } }")
    assert data == {"me": {"name": None, "appointments": {"nodes": [{"id": "apt_1"}]}, "records": None}}
    assert errors == {"me.name": "UpstreamUnavailable", "me.records": "UpstreamUnavailable"}


async def test_registering_tells_cognito_the_password_and_records_the_rest(
    ask: Asking, downstreams: Downstreams
) -> None:
    ask.as_nobody = True
    answer = await ask.patient(REGISTER, input=NEW | {"password": "HealthMed-2026!"})
    assert answer == ({"it": {"__typename": "RegistrationPending", "patientId": "pat_1"}}, {})
    assert downstreams.sent["records POST /patients"] == NEW
    cognito = downstreams.sent["cognito POST /"]
    assert (cognito["Username"], cognito["Password"]) == ("pat_1", "HealthMed-2026!")


@pytest.mark.parametrize(
    ("call", "refusal", "problem"),
    [
        ("records POST /patients", (409, "ALREADY_REGISTERED"), "AlreadyRegistered"),
        ("records POST /patients", (422, "INVALID_CPF"), "InvalidInput"),
        ("records POST /patients", (422, "INVALID_EMAIL"), "InvalidInput"),
        ("records POST /patients", (422, "INVALID_PHONE"), "InvalidInput"),
        ("records POST /patients", (422, "INVALID_REQUEST"), "InvalidInput"),
        ("cognito POST /", (400, "InvalidPasswordException"), "WeakPassword"),
        ("cognito POST /", (400, "InvalidParameterException"), "InvalidInput"),
    ],
)
async def test_a_registration_may_be_refused(
    ask: Asking, downstreams: Downstreams, call: str, refusal: tuple[int, str], problem: str
) -> None:
    downstreams.refusals[call] = refusal
    data, errors = await ask.patient(REGISTER, input=NEW | {"password": "weak"})
    assert errors == {}
    assert data is not None
    assert data["it"]["__typename"] == problem


async def test_confirming_makes_the_patient_active(ask: Asking, downstreams: Downstreams) -> None:
    answer = await ask.patient(CONFIRM)
    assert answer == ({"it": {"__typename": "RegistrationConfirmed", "patientId": "pat_1"}}, {})
    assert downstreams.calls["records POST /patients/{id}/confirm"] == 1


async def test_a_wrong_code_leaves_the_patient_pending(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.refusals["cognito POST /"] = (400, "CodeMismatchException")
    answer = await ask.patient(CONFIRM)
    assert answer == ({"it": {"__typename": "CodeMismatch", "code": "CODE_MISMATCH"}}, {})
    assert downstreams.calls["records POST /patients/{id}/confirm"] == 0


async def test_confirming_again_repairs_what_was_cut_short(ask: Asking, downstreams: Downstreams) -> None:
    """Records learns of a confirmation that it missed; the answer does not tell that the account exists."""
    downstreams.refusals["cognito POST /"] = (400, "NotAuthorizedException")
    assert await ask.patient(CONFIRM) == ({"it": {"__typename": "CodeMismatch", "code": "CODE_MISMATCH"}}, {})
    assert downstreams.calls["records POST /patients/{id}/confirm"] == 1


@pytest.mark.parametrize(
    ("call", "refusal"),
    [
        ("records POST /logins", (404, "NOT_FOUND")),
        ("cognito POST /", (400, "NotAuthorizedException")),
        ("cognito POST /", (400, "UserNotConfirmedException")),
    ],
)
async def test_there_is_no_telling_why_one_cannot_sign_in(
    ask: Asking, downstreams: Downstreams, call: str, refusal: tuple[int, str]
) -> None:
    """An unknown login makes the same calls as a wrong password, and gets the same answer."""
    if call != "cognito POST /":
        downstreams.refusals["cognito POST /"] = (400, "UserNotFoundException")
    downstreams.refusals[call] = refusal
    problem = {"code": "INVALID_CREDENTIALS", "message": "Wrong login or password."}
    assert await ask.patient(SIGN_IN) == ({"it": {"__typename": "InvalidCredentials", **problem}}, {})
    assert downstreams.calls == {"records POST /logins": 1, "cognito POST /": 1}
