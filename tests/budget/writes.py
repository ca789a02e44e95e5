"""The budgets of the mutations: what one write costs, and what is shown of it. Audit is not counted.

Of Cognito, which has one path for all, the operations are named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Final

import msgspec

from clients.cognito.models import Challenge
from schema.common.accounts import same_login
from schema.common.challenges import Pending
from schema.common.principals import Audience
from tests.schema.asking import NOW, SECRETS

LOGIN: Final = "ana"
_PENDING: Final = Pending(
    challenge=Challenge.SOFTWARE_TOKEN_MFA, login=same_login(LOGIN), username="pat_1", at=NOW, session="begun"
)
# Of a sign-in of this login that waits for a code.
SESSION: Final = SECRETS.sealed(msgspec.json.encode(_PENDING), NOW)
_PASSWORD: Final = "HealthMed-2026!"


@dataclass(frozen=True, slots=True)
class Write:
    """One mutation: what is selected of its success, and its calls, each of them made once.

    `input` is given where what its types suggest would not do.
    """

    audience: Audience
    name: str
    shown: str
    calls: tuple[str, ...]
    input: str = ""


_of_patients: Final = partial(Write, "patient")
_of_doctors: Final = partial(Write, "doctor")
_of_the_erp: Final = partial(Write, "erp")


def _of_accounts(audience: Audience, login: str) -> Iterator[Write]:
    """Return those that each graph has; `login` is the call that turns a login into a username."""
    row = partial(Write, audience)
    code = f'{{login: "{LOGIN}", code: "123456", newPassword: "{_PASSWORD}"}}'
    step = f'{{login: "{LOGIN}", session: "{SESSION}", code: "123456"}}'
    yield row("signIn", "accessToken", (login, "cognito InitiateAuth"))
    # The challenge says whose it is.
    yield row("answerChallenge", "accessToken", ("cognito RespondToAuthChallenge",), step)
    yield row("refreshSession", "accessToken", ("cognito GetTokensFromRefreshToken",))
    yield row("signOut", "signedOutAt", ("cognito GlobalSignOut",))
    yield row("forgotPassword", "validMinutes", (login, "cognito ForgotPassword"))
    yield row("resetPassword", "resetAt", (login, "cognito ConfirmForgotPassword"), code)
    yield row("enrolTotp", "secret uri", ("cognito AssociateSoftwareToken",))
    yield row("confirmTotp", "confirmedAt", ("cognito VerifySoftwareToken", "cognito SetUserMFAPreference"))


WRITES: Final = (
    *_of_accounts("patient", "records POST /logins"),
    *_of_accounts("doctor", "erp POST /logins"),
    *_of_accounts("erp", "erp POST /logins"),
    _of_patients(
        "registerPatient",
        "patientId",
        ("records POST /patients", "cognito SignUp"),
        f"""{{
            name: "Ana", cpf: "529.982.247-25", email: "ana@example.com", phone: "+55 11 98765-4321",
            birthDate: "1990-05-17", password: "{_PASSWORD}", timeZone: "America/Sao_Paulo",
            consents: [{{kind: "TERMS", version: "1"}}]
        }}""",
    ),
    _of_patients("resendConfirmation", "validMinutes", ("records POST /logins", "cognito ResendConfirmationCode")),
    _of_patients(
        "confirmRegistration",
        "patientId",
        ("records POST /logins", "cognito ConfirmSignUp", "records POST /patients/{id}/confirm"),
    ),
    _of_patients(
        "bookAppointment",
        "appointment { id status doctor { name nextSlot { startsAt } } }",
        ("scheduling POST /appointments", "scheduling GET /doctors", "scheduling GET /next-slots"),
    ),
    _of_patients(
        "cancelAppointment",
        "appointment { status doctor { name } }",
        ("scheduling POST /appointments/{id}/cancel", "scheduling GET /doctors"),
    ),
    _of_patients("startRecordUpload", "record { id } uploadUrl headers { name value }", ("records POST /records",)),
    _of_patients(
        "finishRecordUpload",
        "record { id status downloadUrl }",
        ("records POST /records/{id}/finish", "records GET /download-urls"),
    ),
    _of_patients(
        "shareRecords",
        "shares { id expiresAt doctor { name } }",
        ("records POST /shares", "scheduling GET /doctors"),
    ),
    _of_patients("revokeShare", "shareId", ("records DELETE /shares/{id}",)),
    _of_doctors(
        "setAvailability",
        "availability { slotMinutes rules { weekday } }",
        ("scheduling PUT /doctors/{id}/availability",),
    ),
    _of_doctors(
        "confirmAppointment",
        "appointment { status meeting { status url } patient { name } }",
        ("scheduling POST /appointments/{id}/confirm", "records GET /patients"),
    ),
    _of_doctors("declineAppointment", "appointment { status }", ("scheduling POST /appointments/{id}/decline",)),
    _of_doctors(
        "completeAppointment",
        "appointment { status patient { name } notes { text } }",
        ("scheduling POST /appointments/{id}/complete", "records GET /patients", "records GET /notes"),
    ),
    _of_doctors("cancelAppointment", "appointment { status }", ("scheduling POST /appointments/{id}/cancel",)),
    _of_doctors("writeNote", "note { id text }", ("records POST /notes",)),
    _of_doctors(
        "requestEmergencyAccess",
        "access { expiresAt patient { name sharedRecords(first: 5) { nodes { title } } } }",
        ("records POST /emergency-accesses", "records GET /patients", "records GET /records/of-patients"),
    ),
    _of_the_erp(
        "registerDoctor",
        "doctor { id name specialties { name } }",
        ("erp POST /doctors", "scheduling GET /specialties"),
    ),
    _of_the_erp("suspendDoctor", "doctor { id status }", ("erp POST /doctors/{id}/suspend",)),
)
