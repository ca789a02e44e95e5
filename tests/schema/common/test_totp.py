import pytest

from schema.common.principals import Audience
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

Answered = tuple[dict[str, dict[str, str]], dict[str, str]]

ENROL = """mutation { it: enrolTotp(input: {label: "Júlia & co"}) {
    __typename ... on TotpSecret { secret uri } ... on Problem { code }
} }"""
CONFIRM = """mutation { it: confirmTotp(input: {code: "123456"}) {
    __typename ... on TotpConfirmed { confirmedAt } ... on Problem { code }
} }"""
ENDED: Answered = ({"it": {"__typename": "SessionEnded", "code": "SESSION_ENDED"}}, {})
AUDIENCES: tuple[Audience, ...] = ("patient", "doctor", "erp")


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_a_secret_comes_with_the_address_of_its_qr_code(
    ask: Asking, downstreams: Downstreams, audience: Audience
) -> None:
    downstreams.answers["cognito AssociateSoftwareToken"] = {"SecretCode": "JBSWY3DPEHPK3PXP"}
    uri = "otpauth://totp/HealthMed%3AJ%C3%BAlia%20%26%20co?secret=JBSWY3DPEHPK3PXP&issuer=HealthMed"
    secret = {"__typename": "TotpSecret", "secret": "JBSWY3DPEHPK3PXP", "uri": uri}
    assert await getattr(ask, audience)(ENROL) == ({"it": secret}, {})
    assert downstreams.sent["cognito AssociateSoftwareToken"] == {"AccessToken": "own-token"}
    assert downstreams.operations == ["AssociateSoftwareToken"]


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_the_first_code_makes_it_count(ask: Asking, downstreams: Downstreams, audience: Audience) -> None:
    downstreams.answers["cognito VerifySoftwareToken"] = {"Status": "SUCCESS"}
    confirmed = {"__typename": "TotpConfirmed", "confirmedAt": "2026-11-24T12:00:00Z"}
    assert await getattr(ask, audience)(CONFIRM) == ({"it": confirmed}, {})
    assert downstreams.operations == ["VerifySoftwareToken", "SetUserMFAPreference"]
    assert downstreams.sent["cognito VerifySoftwareToken"] == {"AccessToken": "own-token", "UserCode": "123456"}


@pytest.mark.parametrize(
    "refusal", ["EnableSoftwareTokenMFAException", "CodeMismatchException", "InvalidParameterException"]
)
async def test_a_wrong_code_changes_nothing(ask: Asking, downstreams: Downstreams, refusal: str) -> None:
    downstreams.refusals["cognito VerifySoftwareToken"] = (400, refusal)
    assert await ask.erp(CONFIRM) == ({"it": {"__typename": "CodeMismatch", "code": "CODE_MISMATCH"}}, {})
    assert downstreams.operations == ["VerifySoftwareToken"]


@pytest.mark.parametrize("mutation", [ENROL, CONFIRM])
@pytest.mark.parametrize("refusal", ["NotAuthorizedException", "UserNotFoundException"])
async def test_a_session_that_was_ended_has_no_authenticator(
    ask: Asking, downstreams: Downstreams, mutation: str, refusal: str
) -> None:
    downstreams.refusals["cognito POST /"] = (400, refusal)
    assert await ask.patient(mutation) == ENDED


@pytest.mark.parametrize("mutation", [ENROL, CONFIRM])
async def test_nobody_has_no_authenticator(ask: Asking, downstreams: Downstreams, mutation: str) -> None:
    ask.as_nobody = True
    assert await ask.patient(mutation) == (None, {"it": "Unauthenticated"})
    assert not downstreams.calls
