"""What people read when something does not go: Brazilian Portuguese and English, by `Accept-Language`."""

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import Any, Final, Literal

import strawberry

Language = Literal["pt-BR", "en"]


@strawberry.enum(description="What went wrong, for programs.")
class ProblemCode(Enum):
    """Codes of expected failures; each is said once, in `_MESSAGES`."""

    ALREADY_REGISTERED = "ALREADY_REGISTERED"
    ALREADY_SUSPENDED = "ALREADY_SUSPENDED"
    AVAILABILITY_CONFLICT = "AVAILABILITY_CONFLICT"
    BOOKING_LIMIT_REACHED = "BOOKING_LIMIT_REACHED"
    CHALLENGE_EXPIRED = "CHALLENGE_EXPIRED"
    CODE_MISMATCH = "CODE_MISMATCH"
    CONSENT_REQUIRED = "CONSENT_REQUIRED"
    DOCTOR_SUSPENDED = "DOCTOR_SUSPENDED"
    IDEMPOTENCY_CONFLICT = "IDEMPOTENCY_CONFLICT"
    INVALID_AVAILABILITY = "INVALID_AVAILABILITY"
    INVALID_CREDENTIALS = "INVALID_CREDENTIALS"
    INVALID_EXPIRY = "INVALID_EXPIRY"
    INVALID_INPUT = "INVALID_INPUT"
    INVALID_TRANSITION = "INVALID_TRANSITION"
    JUSTIFICATION_REQUIRED = "JUSTIFICATION_REQUIRED"
    NOT_FOUND = "NOT_FOUND"
    SESSION_ENDED = "SESSION_ENDED"
    SLOT_TAKEN = "SLOT_TAKEN"
    SLOT_UNAVAILABLE = "SLOT_UNAVAILABLE"
    TOO_EARLY = "TOO_EARLY"
    TOO_LARGE = "TOO_LARGE"
    UNSUPPORTED_TYPE = "UNSUPPORTED_TYPE"
    UPLOAD_MISMATCH = "UPLOAD_MISMATCH"
    UPLOAD_MISSING = "UPLOAD_MISSING"
    WEAK_PASSWORD = "WEAK_PASSWORD"  # noqa: S105  a code, not a password


_MESSAGES: Final[dict[ProblemCode, dict[Language, str]]] = {
    ProblemCode.ALREADY_REGISTERED: {
        "pt-BR": "Já existe um cadastro com estes dados.",
        "en": "There is a registration with these details already.",
    },
    ProblemCode.ALREADY_SUSPENDED: {
        "pt-BR": "Este médico já está suspenso.",
        "en": "This doctor is suspended already.",
    },
    ProblemCode.AVAILABILITY_CONFLICT: {
        "pt-BR": "Há consultas marcadas fora dos novos horários; nada foi alterado.",
        "en": "Booked appointments fall outside the new hours; nothing was changed.",
    },
    ProblemCode.BOOKING_LIMIT_REACHED: {
        "pt-BR": "Você atingiu o limite de consultas futuras.",
        "en": "You have reached the limit of future appointments.",
    },
    ProblemCode.CHALLENGE_EXPIRED: {
        "pt-BR": "O tempo para este passo acabou. Entre de novo.",
        "en": "The time for this step is over. Sign in again.",
    },
    ProblemCode.CODE_MISMATCH: {
        "pt-BR": "O código não confere ou expirou.",
        "en": "The code is wrong or has expired.",
    },
    ProblemCode.CONSENT_REQUIRED: {
        "pt-BR": "É preciso autorizar o atendimento por telemedicina.",
        "en": "Consent to telemedicine is required.",
    },
    ProblemCode.DOCTOR_SUSPENDED: {
        "pt-BR": "Um médico suspenso não tem acesso de emergência.",
        "en": "A suspended doctor has no emergency access.",
    },
    ProblemCode.IDEMPOTENCY_CONFLICT: {
        "pt-BR": "Esta chave já foi usada para um pedido diferente.",
        "en": "This key was used for a different request.",
    },
    ProblemCode.INVALID_AVAILABILITY: {
        "pt-BR": "Os horários informados não são válidos.",
        "en": "These hours are not valid.",
    },
    ProblemCode.INVALID_CREDENTIALS: {
        "pt-BR": "Login ou senha incorretos.",
        "en": "Wrong login or password.",
    },
    ProblemCode.INVALID_EXPIRY: {
        "pt-BR": "O prazo deve estar no futuro, em até 365 dias.",
        "en": "The expiry must lie in the future, at most 365 days away.",
    },
    ProblemCode.INVALID_INPUT: {
        "pt-BR": "Um dos dados informados não é válido.",
        "en": "One of the values is not valid.",
    },
    ProblemCode.INVALID_TRANSITION: {
        "pt-BR": "A consulta não permite mais esta ação.",
        "en": "The appointment no longer allows this.",
    },
    ProblemCode.JUSTIFICATION_REQUIRED: {
        "pt-BR": "É preciso informar o motivo.",
        "en": "A reason is required.",
    },
    ProblemCode.NOT_FOUND: {
        "pt-BR": "Não encontrado.",
        "en": "Not found.",
    },
    ProblemCode.SESSION_ENDED: {
        "pt-BR": "A sua sessão terminou. Entre de novo.",
        "en": "Your session has ended. Sign in again.",
    },
    ProblemCode.SLOT_TAKEN: {
        "pt-BR": "Este horário acabou de ser reservado.",
        "en": "This time has just been taken.",
    },
    ProblemCode.SLOT_UNAVAILABLE: {
        "pt-BR": "O médico não atende neste horário.",
        "en": "The doctor does not offer this time.",
    },
    ProblemCode.TOO_EARLY: {
        "pt-BR": "A consulta ainda não começou.",
        "en": "The appointment has not started yet.",
    },
    ProblemCode.TOO_LARGE: {
        "pt-BR": "O arquivo é grande demais.",
        "en": "The file is too large.",
    },
    ProblemCode.UNSUPPORTED_TYPE: {
        "pt-BR": "Este tipo de arquivo não é aceito.",
        "en": "This type of file is not accepted.",
    },
    ProblemCode.UPLOAD_MISMATCH: {
        "pt-BR": "O arquivo enviado não é o que foi anunciado.",
        "en": "The uploaded file is not the one announced.",
    },
    ProblemCode.UPLOAD_MISSING: {
        "pt-BR": "O arquivo ainda não chegou.",
        "en": "The file has not arrived yet.",
    },
    ProblemCode.WEAK_PASSWORD: {
        "pt-BR": "A senha não atende à política de segurança.",
        "en": "The password does not meet the policy.",
    },
}


def message(code: ProblemCode, language: Language) -> str:
    """Say `code` to a person."""
    return _MESSAGES[code][language]


class Saying(Enum):
    """Something to say, each in both languages; `{maximum}` stands for the figure of that name."""

    def __init__(self, portuguese: str, english: str) -> None:
        self._texts: Final[Mapping[Language, str]] = {"pt-BR": portuguese, "en": english}

    def text(self, language: Language, figures: Mapping[str, Any] = MappingProxyType({})) -> str:
        """Say it; raise `KeyError` where a figure is missing."""
        return self._texts[language].format_map(figures)


class InputMistake(Saying):
    """What is wrong with an argument of a query, where the type system cannot say it."""

    AGENDA_LENGTH = ("Uma agenda tem de 1 a {maximum} dias.", "An agenda has from 1 to {maximum} days.")
    NO_PERIOD = ("from vem antes de to.", "from comes before to.")
    NO_PLACE = ("Uma distância precisa de filter.near.", "A distance needs filter.near.")
    PAGE_SIZE = ("first vai de 1 a {maximum}.", "first is between 1 and {maximum}.")
    PERIOD_LENGTH = ("Um período tem de 1 a {maximum} dias.", "A period has from 1 to {maximum} days.")
    SLOT_DAYS = ("days vai de 1 a {maximum}.", "days is between 1 and {maximum}.")
    UNKNOWN_CURSOR = ("after não é um cursor desta lista.", "after is not a cursor of this list.")
