import pytest

from tests.schema.asking import SECRETS, Asking
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
    data, errors = await ask.patient(REGISTER, input=NEW | {"password": "HealthMed-2026!"})
    assert errors == {}
    assert data is not None
    assert data["it"]["__typename"] == problem


async def test_a_weak_password_registers_nobody(ask: Asking, downstreams: Downstreams) -> None:
    data, _ = await ask.patient(REGISTER, input=NEW | {"password": "weak"})
    assert data == {"it": {"__typename": "WeakPassword", "code": "WEAK_PASSWORD"}}
    assert not downstreams.calls


async def test_confirming_makes_the_patient_active(ask: Asking, downstreams: Downstreams) -> None:
    answer = await ask.patient(CONFIRM)
    assert answer == ({"it": {"__typename": "RegistrationConfirmed", "patientId": "pat_1"}}, {})
    assert downstreams.calls["records POST /patients/{id}/confirm"] == 1


MISMATCH: tuple[dict[str, dict[str, str]], dict[str, str]] = (
    {"it": {"__typename": "CodeMismatch", "code": "CODE_MISMATCH"}},
    {},
)
CONFIRMING = {"records POST /logins": 1, "cognito POST /": 1, "records POST /patients/{id}/confirm": 1}
STRANGER = SECRETS.stranger("patient", "ana@example.com")


@pytest.mark.parametrize(
    ("call", "refusal", "told"),
    [
        ("records POST /logins", (404, "NOT_FOUND"), STRANGER),
        ("cognito ConfirmSignUp", (400, "CodeMismatchException"), STRANGER),
        ("cognito ConfirmSignUp", (400, "ExpiredCodeException"), STRANGER),
        ("cognito ConfirmSignUp", (400, "LimitExceededException"), STRANGER),
        ("cognito ConfirmSignUp", (400, "TooManyFailedAttemptsException"), STRANGER),
        ("cognito ConfirmSignUp", (400, "NotAuthorizedException"), "pat_1"),
    ],
)
async def test_there_is_no_telling_why_a_code_confirms_nobody(
    ask: Asking, downstreams: Downstreams, call: str, refusal: tuple[int, str], told: str
) -> None:
    """Unknown, pending or confirmed: the same answer by the same calls.

    Records learns of a confirmation that it missed, and is asked in vain about a stranger otherwise.
    """
    downstreams.refusals["cognito ConfirmSignUp"] = (400, "CodeMismatchException")
    downstreams.refusals[call] = refusal
    if told == STRANGER:
        downstreams.refusals["records POST /patients/{id}/confirm"] = (404, "NOT_FOUND")
    assert await ask.patient(CONFIRM) == MISMATCH
    assert downstreams.calls == CONFIRMING
    assert downstreams.paths[-1] == f"records /patients/{told}/confirm"


async def test_only_the_registration_that_is_meant_is_confirmed(ask: Asking, downstreams: Downstreams) -> None:
    """Somebody else registered with the same e-mail since: their password must not become the account's."""
    downstreams.answers["records POST /logins"] = {"username": "pat_2"}
    downstreams.refusals["cognito ConfirmSignUp"] = (400, "CodeMismatchException")
    downstreams.refusals["records POST /patients/{id}/confirm"] = (404, "NOT_FOUND")
    meant = CONFIRM.replace('code: "123456"', 'code: "123456", patientId: "pat_1"')
    assert await ask.patient(meant) == MISMATCH
    assert downstreams.calls == CONFIRMING
    assert "pat_2" not in " ".join(downstreams.paths)
    downstreams.refusals.clear()
    confirmed = {"it": {"__typename": "RegistrationConfirmed", "patientId": "pat_2"}}
    assert await ask.patient(meant.replace("pat_1", "pat_2")) == (confirmed, {})
    assert downstreams.sent["cognito ConfirmSignUp"]["Username"] == "pat_2"


async def test_a_registration_that_was_replaced_meanwhile_is_not_confirmed(
    ask: Asking, downstreams: Downstreams
) -> None:
    downstreams.refusals["records POST /patients/{id}/confirm"] = (404, "NOT_FOUND")
    assert await ask.patient(CONFIRM) == MISMATCH


async def test_records_that_does_not_answer_is_no_wrong_code(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.refusals["records POST /patients/{id}/confirm"] = (503, "")
    assert await ask.patient(CONFIRM) == (None, {"it": "UpstreamUnavailable"})


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
