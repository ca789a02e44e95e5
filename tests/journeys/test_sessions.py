"""Coming in, going on, going out, and getting back in, in all three graphs."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from bff.app import create_app
from bff.settings import Settings
from clients.cognito.client import CognitoClient
from sandbox.keys import Keys
from sandbox.programs import bff_environment
from tests.journeys import account_operations as op
from tests.journeys.accounts import confirmed_patient, disable, invited_doctor, new_admin, registered
from tests.journeys.authenticator import code_of, wrong_code_of
from tests.journeys.graph import NOBODY, Graph, GraphOf
from tests.journeys.mailbox import code_mailed_to, mails_to
from tests.journeys.operations import CONFIRM_REGISTRATION, REGISTER
from tests.journeys.people import PASSWORD, new_cpf, new_registration
from tests.platform import Platform

pytestmark = [pytest.mark.anyio, pytest.mark.platform, pytest.mark.usefixtures("aws")]

OTHER_PASSWORD = "Outra-senha-boa-2027!"
ME = "{ me { id } }"


@pytest.fixture
async def strict(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Graph]:
    """Give the ERP's graph of a BFF of its own, on the platform, that wants an authenticator of everybody."""
    environment = bff_environment(Keys.of(platform.state), platform.pools, platform.aws_url, platform.google_url)
    urls = {"SCHEDULING": platform.scheduling_url, "RECORDS": platform.records_url, "ERP": platform.erp_url}
    for name, value in (environment | {f"HEALTHMED_{name}_URL": url for name, url in urls.items()}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("HEALTHMED_TOTP_REQUIRED")
    app = create_app(Settings.model_validate({}))
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), timeout=30) as http,
    ):
        yield Graph(http=http, url="http://bff.test/erp/graphql")


async def signed_in(graph: Graph, login: str, password: str = PASSWORD) -> Any:  # noqa: ANN401  JSON
    return await graph.do(op.SIGN_IN, input={"login": login, "password": password})


async def opened(graph: Graph, login: str, password: str = PASSWORD) -> tuple[Graph, Any]:
    """Sign in; return the graph as this person sees it, and the session."""
    session = await signed_in(graph, login, password)
    assert session["__typename"] == "Session", session
    return graph.signed_in(session["accessToken"]), session


async def test_a_session_goes_on_until_all_are_ended(
    platform: Platform, graph: GraphOf, http: httpx.AsyncClient
) -> None:
    """After signing out, no session of the person goes on, and Cognito takes none of the tokens."""
    nobody = graph("patient", NOBODY)
    patient_id, email = await confirmed_patient(platform, http, nobody)
    here, session = await opened(nobody, email)
    _, elsewhere = await opened(nobody, email)
    refreshed = await nobody.do(op.REFRESH, input={"refreshToken": session["refreshToken"]})
    assert (await nobody.signed_in(refreshed["accessToken"]).ask(ME))["me"]["id"] == patient_id
    assert refreshed["refreshToken"] == session["refreshToken"]
    cognito = CognitoClient(http=http, url=platform.aws_url, client_id=platform.pools["patient"].client_id)
    assert await cognito.still_valid(session["accessToken"])

    assert (await here.do(op.SIGN_OUT, input={}))["__typename"] == "SignedOut"
    for each in (session, elsewhere):
        ended = await nobody.do(op.REFRESH, input={"refreshToken": each["refreshToken"]})
        assert ended["__typename"] == "SessionEnded"
        assert not await cognito.still_valid(each["accessToken"])
    assert (await here.do(op.SIGN_OUT, input={}))["__typename"] == "SessionEnded"
    assert (await opened(nobody, email))[1]["accessToken"]


async def test_one_session_ends_and_the_other_goes_on(
    platform: Platform, graph: GraphOf, http: httpx.AsyncClient
) -> None:
    nobody = graph("patient", NOBODY)
    _, email = await confirmed_patient(platform, http, nobody)
    here, session = await opened(nobody, email)
    _, elsewhere = await opened(nobody, email)
    signed_out = await here.do(op.SIGN_OUT, input={"refreshToken": session["refreshToken"]})
    assert signed_out["__typename"] == "SignedOut"
    outcomes = [
        (await nobody.do(op.REFRESH, input={"refreshToken": each["refreshToken"]}))["__typename"]
        for each in (session, elsewhere)
    ]
    assert outcomes == ["SessionEnded", "Session"]


async def test_a_forgotten_password_is_replaced(platform: Platform, graph: GraphOf, http: httpx.AsyncClient) -> None:
    nobody = graph("patient", NOBODY)
    _, email = await confirmed_patient(platform, http, nobody)
    sent = [await nobody.send(op.FORGOT, input={"login": login}) for login in (email, f"no.{email}", new_cpf())]
    assert {answer.content for answer in sent} == {sent[0].content}
    assert sent[0].json()["data"]["forgotPassword"]["__typename"] == "CodeSent"
    assert await mails_to(http, platform.aws_url, f"no.{email}") == []

    code = await code_mailed_to(http, platform.aws_url, email)
    new = {"login": email, "code": code, "newPassword": OTHER_PASSWORD}
    wrong = [await nobody.send(op.RESET, input=new | each) for each in ({"code": "0"}, {"login": new_cpf()})]
    assert {answer.content for answer in wrong} == {wrong[0].content}
    assert wrong[0].json()["data"]["resetPassword"]["code"] == "CODE_MISMATCH"
    assert (await nobody.do(op.RESET, input=new | {"newPassword": "weak"}))["code"] == "WEAK_PASSWORD"
    assert (await nobody.do(op.RESET, input=new))["__typename"] == "PasswordReset"
    assert (await signed_in(nobody, email))["code"] == "INVALID_CREDENTIALS"
    await opened(nobody, email, OTHER_PASSWORD)


async def test_an_authenticator_is_asked_for_once_it_counts(
    platform: Platform, graph: GraphOf, http: httpx.AsyncClient
) -> None:
    nobody = graph("patient", NOBODY)
    patient_id, email = await confirmed_patient(platform, http, nobody)
    here, _ = await opened(nobody, email)
    totp = await here.do(op.ENROL_TOTP, input={"label": email})
    assert totp["uri"].startswith("otpauth://totp/HealthMed%3Ajulia.")
    assert (await signed_in(nobody, email))["__typename"] == "Session"
    wrong = await here.do(op.CONFIRM_TOTP, input={"code": wrong_code_of(totp["secret"])})
    assert wrong["code"] == "CODE_MISMATCH"
    confirmed = await here.do(op.CONFIRM_TOTP, input={"code": code_of(totp["secret"])})
    assert confirmed["__typename"] == "TotpConfirmed"

    asked = await signed_in(nobody, email)
    assert (asked["challenge"], asked["totp"]) == ("SOFTWARE_TOKEN_MFA", None)
    answer = {"login": email, "session": asked["session"]}
    guess = await nobody.do(op.ANSWER, input=answer | {"code": wrong_code_of(totp["secret"])})
    assert guess["code"] == "CODE_MISMATCH"
    session = await nobody.do(op.ANSWER, input=answer | {"code": code_of(totp["secret"])})
    assert (await nobody.signed_in(session["accessToken"]).ask(ME))["me"]["id"] == patient_id


async def test_an_invited_doctor_chooses_a_password(
    platform: Platform, graph: GraphOf, http: httpx.AsyncClient
) -> None:
    """By CRM and the invitation's password; a session of the challenge is worth nothing to another login."""
    doctor_id, crm, temporary = await invited_doctor(platform, http, graph("erp"))
    nobody = graph("doctor", NOBODY)
    asked = await signed_in(nobody, crm, temporary)
    assert asked["challenge"] == "NEW_PASSWORD_REQUIRED"
    answer = {"login": crm, "session": asked["session"], "newPassword": OTHER_PASSWORD}
    assert (await nobody.do(op.ANSWER, input=answer | {"login": "123456/SP"}))["code"] == "CHALLENGE_EXPIRED"
    assert (await nobody.do(op.ANSWER, input=answer | {"newPassword": "weak"}))["code"] == "WEAK_PASSWORD"
    session = await nobody.do(op.ANSWER, input=answer)
    assert (await nobody.signed_in(session["accessToken"]).ask(ME))["me"]["id"] == doctor_id
    await opened(nobody, crm, OTHER_PASSWORD)


async def test_an_admin_has_no_session_without_an_authenticator(platform: Platform, strict: Graph) -> None:
    """A new admin chooses a password, sets up an authenticator, and is asked for its code from then on."""
    admin_id, email = await new_admin(platform, temporary=True)
    first = await signed_in(strict, email)
    assert first["challenge"] == "NEW_PASSWORD_REQUIRED"
    chosen = {"login": email, "session": first["session"], "newPassword": OTHER_PASSWORD}
    second = await strict.do(op.ANSWER, input=chosen)
    assert second["challenge"] == "MFA_SETUP"
    secret = second["totp"]["secret"]
    shown = {"login": email, "session": second["session"]}
    wrong = await strict.do(op.ANSWER, input=shown | {"code": wrong_code_of(secret)})
    assert wrong["code"] == "CODE_MISMATCH"
    session = await strict.do(op.ANSWER, input=shown | {"code": code_of(secret)})
    assert (await strict.signed_in(session["accessToken"]).ask(ME))["me"]["id"] == admin_id

    third = await signed_in(strict, email, OTHER_PASSWORD)
    assert (third["challenge"], third["totp"]) == ("SOFTWARE_TOKEN_MFA", None)
    shown = {"login": email, "session": third["session"], "code": code_of(secret)}
    assert (await strict.do(op.ANSWER, input=shown))["__typename"] == "Session"


async def test_why_one_cannot_sign_in_is_in_no_byte(
    platform: Platform, graph: GraphOf, http: httpx.AsyncClient
) -> None:
    """A wrong password, unknown logins of every kind, a disabled and an unconfirmed account, in each graph."""
    patients, doctors, admins = (graph(audience, NOBODY) for audience in ("patient", "doctor", "erp"))
    patient, (_, pending) = await confirmed_patient(platform, http, patients), await registered(patients)
    doctor_id, crm, _ = await invited_doctor(platform, http, graph("erp"))
    admin = await new_admin(platform)
    await disable(platform.pools["patient"].id, patient[0])
    await disable(platform.pools["doctor"].id, doctor_id)
    await disable(platform.pools["erp"].id, admin[0])
    attempts = {
        patients: [("ana@example.com", "x"), (patient[1], PASSWORD), (pending, PASSWORD), (new_cpf(), "x"), ("?", "x")],
        doctors: [("123456/SP", "x"), (crm, PASSWORD), ("999999/TO", "x"), ("ana@example.com", "x"), ("?" * 500, "x")],
        admins: [("carla@example.com", "x"), (admin[1], PASSWORD), ("ana@example.com", "x"), ("", "x"), ("\0", "")],
    }
    for endpoint, tried in attempts.items():
        answers = [
            await endpoint.send(op.SIGN_IN, input={"login": login, "password": password}) for login, password in tried
        ]
        assert b'"INVALID_CREDENTIALS"' in answers[0].content, answers[0].text
        assert {answer.content for answer in answers} == {answers[0].content}
        headers = [{**answer.headers, "x-request-id": "", "date": ""} for answer in answers]
        assert headers == [headers[0]] * len(answers)


async def test_a_registration_that_was_replaced_is_not_confirmed_in_anothers_place(
    platform: Platform, graph: GraphOf, http: httpx.AsyncClient
) -> None:
    """Whoever registers with somebody's e-mail does not get it confirmed by them, nor keeps them out."""
    nobody = graph("patient", NOBODY)
    victims_id, email = await registered(nobody)
    attacker = new_registration() | {"email": email, "password": OTHER_PASSWORD}
    attackers_id = (await nobody.do(REGISTER, input=attacker))["patientId"]
    assert attackers_id != victims_id
    code = await code_mailed_to(http, platform.aws_url, email)
    confirmation = {"login": email, "code": code, "patientId": victims_id}
    assert (await nobody.do(CONFIRM_REGISTRATION, input=confirmation))["code"] == "CODE_MISMATCH"
    assert (await signed_in(nobody, email, OTHER_PASSWORD))["code"] == "INVALID_CREDENTIALS"

    again = new_registration() | {"email": email}
    confirmation["patientId"] = (await nobody.do(REGISTER, input=again))["patientId"]
    confirmed = await nobody.do(CONFIRM_REGISTRATION, input=confirmation)
    assert confirmed["__typename"] == "RegistrationConfirmed"
    await opened(nobody, email)


async def test_a_code_is_mailed_again_to_who_waits_for_one(
    platform: Platform, graph: GraphOf, http: httpx.AsyncClient
) -> None:
    nobody = graph("patient", NOBODY)
    _, email = await registered(nobody)
    before = len(await mails_to(http, platform.aws_url, email))
    sent = [await nobody.send(op.RESEND, input={"login": each}) for each in (email, f"no.{email}")]
    assert {answer.content for answer in sent} == {sent[0].content}
    assert len(await mails_to(http, platform.aws_url, email)) == before + 1
