"""What a CPF, an e-mail, a phone, a name are, and how each is written down. Pure."""

import re
import unicodedata
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

import phonenumbers
from validate_docbr import CPF

from services.common.wire import Problem
from services.records.rules.text import visible

CPF_DIGITS: Final = 11
BRAZIL: Final = 55
OLDEST_BIRTH_DATE: Final = date(1900, 1, 1)
FIGURES_ZONE: Final = ZoneInfo("America/Sao_Paulo")

_ZONES: Final = frozenset(available_timezones())
_CPF_PUNCTUATION: Final = re.compile(r"[.\-/\s]")
_EMAIL: Final = re.compile(
    r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"  # RFC 5321's dot-string
    r"@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
)
_LOCAL_PART_CHARS: Final = 64


class Part(StrEnum):
    """What a registration says of a person."""

    NAME = "NAME"
    CPF = "CPF"
    EMAIL = "EMAIL"
    PHONE = "PHONE"
    BIRTH_DATE = "BIRTH_DATE"
    TIME_ZONE = "TIME_ZONE"


class InvalidPart(Problem):
    """A registration that cannot be a person's: it names the part, never its value. Codes: INVALID_CPF and so on."""

    def __init__(self, part: Part) -> None:
        super().__init__(422, f"INVALID_{part}", f"{part} is not a valid one.")


def name_of(text: str) -> str:
    """Return a name with single spaces; INVALID_NAME where it is blank or has characters that nobody sees."""
    try:
        return visible(text)
    except ValueError:
        raise InvalidPart(Part.NAME) from None


def cpf_of(text: str) -> str:
    """Return a CPF's 11 digits from any punctuation; raise `InvalidPart` (INVALID_CPF)."""
    digits = _CPF_PUNCTUATION.sub("", text)
    # The library also takes shorter numbers, as if zeros had been lost, and digits of other scripts.
    if len(digits) != CPF_DIGITS or not digits.isascii() or not digits.isdecimal() or not CPF().validate(digits):
        raise InvalidPart(Part.CPF)
    return digits


def email_of(text: str) -> str:
    """Return an e-mail address in lower case, without space around; raise `InvalidPart` (INVALID_EMAIL)."""
    email = text.strip().lower()
    if not _EMAIL.fullmatch(email) or email.index("@") > _LOCAL_PART_CHARS:
        raise InvalidPart(Part.EMAIL)
    return email


def phone_of(text: str) -> str:
    """Return a Brazilian number in E.164 (+55...), typed with or without the country; INVALID_PHONE otherwise."""
    try:
        number = phonenumbers.parse(text, "BR")
    except phonenumbers.NumberParseException:
        raise InvalidPart(Part.PHONE) from None
    if number.country_code != BRAZIL or not phonenumbers.is_valid_number(number):
        raise InvalidPart(Part.PHONE)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def birth_date_of(birth_date: date, today: date) -> date:
    """Return a birth date that a living person may have; INVALID_BIRTH_DATE otherwise."""
    if not OLDEST_BIRTH_DATE <= birth_date <= today:
        raise InvalidPart(Part.BIRTH_DATE)
    return birth_date


def time_zone_of(name: str) -> str:
    """Return the name of an IANA zone; INVALID_TIME_ZONE otherwise."""
    if name not in _ZONES:
        raise InvalidPart(Part.TIME_ZONE)
    return name


def login_of(text: str) -> tuple[str, str] | None:
    """Say what a login is: ("EMAIL", address), ("CPF", digits), or None where it is neither."""
    try:
        return ("EMAIL", email_of(text)) if "@" in text else ("CPF", cpf_of(text))
    except InvalidPart:
        return None


def fold(name: str) -> str:
    """Return a name for comparing: no accents, no case, single spaces."""
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return " ".join(bare.casefold().split())


def day_in_brazil(at: datetime) -> date:
    """Return the date on which figures count what happened `at`."""
    return at.astimezone(FIGURES_ZONE).date()
