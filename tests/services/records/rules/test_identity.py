import re
import unicodedata
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from validate_docbr import CPF

from services.records.rules.identity import (
    InvalidPart,
    birth_date_of,
    cpf_of,
    day_in_brazil,
    email_of,
    fold,
    login_of,
    name_of,
    phone_of,
    time_zone_of,
)

cpfs = (
    st.integers(0, 999_999_999)
    .map(lambda number: _with_check_digits(f"{number:09}"))
    .filter(lambda cpf: len(set(cpf)) > 1)
)
emails = st.from_regex(
    r"[a-zA-Z0-9_+-]{1,20}(\.[a-zA-Z0-9]{1,9})?@([a-zA-Z0-9]{1,9}\.){1,3}[a-zA-Z]{2,6}", fullmatch=True
)


def _with_check_digits(nine: str) -> str:
    """Follow the rule of the Receita Federal, written down a second time."""
    digits = [int(each) for each in nine]
    for _ in range(2):
        total = sum(digit * weight for digit, weight in zip(digits, range(len(digits) + 1, 1, -1), strict=True))
        digits.append(total * 10 % 11 % 10)
    return "".join(map(str, digits))


def test_a_name_is_one_to_be_read() -> None:
    assert name_of("  Ana   Conceição ") == "Ana Conceição"
    with pytest.raises(InvalidPart, match="INVALID_NAME"):
        name_of("Ana\x00")


@given(cpfs, st.lists(st.sampled_from([".", "-", "/", " ", ""]), min_size=11, max_size=11))
def test_a_cpf_is_its_digits_in_any_punctuation(cpf: str, punctuation: list[str]) -> None:
    typed = "".join(digit + mark for digit, mark in zip(cpf, punctuation, strict=True))

    assert cpf_of(typed) == cpf


@given(cpfs, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_noticed(cpf: str, place: int, shift: int) -> None:
    wrong = cpf[:place] + str((int(cpf[place]) + shift) % 10) + cpf[place + 1 :]

    still_valid = _with_check_digits(wrong[:9]) == wrong and len(set(wrong)) > 1

    assert _refusal_of_cpf(wrong) == (None if still_valid else "INVALID_CPF")


def _refusal_of_cpf(text: str) -> str | None:
    try:
        cpf_of(text)
    except InvalidPart as refusal:
        return refusal.code
    return None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "111.111.111-11",
        "00000000000",
        "529.982.247-24",
        "191",
        "52998224725x",
        "529982247250",
        "٥٢٩٩٨٢٢٤٧٢٥",
        "²" * 11,
    ],
)
def test_what_is_not_a_cpf_is_refused(text: str) -> None:
    """Also short numbers, which the library would fill with zeros, and digits of other scripts."""
    with pytest.raises(InvalidPart) as refusal:
        cpf_of(text)

    assert refusal.value.code == "INVALID_CPF"


@given(emails)
def test_an_email_is_the_same_in_any_case(email: str) -> None:
    assert email_of(f"  {email.upper()} ") == email_of(email) == email.lower()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ana",
        "ana@",
        "@example.com",
        "ana@example",
        "a b@example.com",
        "ana@exam_ple.com",
        "ana@@example.com",
        "ana@-example.com",
        ".ana@example.com",
        "ana@example.com\nx",
        "aña@example.com",
        "a" * 65 + "@example.com",
    ],
)
def test_what_is_not_an_email_is_refused(text: str) -> None:
    with pytest.raises(InvalidPart) as refusal:
        email_of(text)

    assert refusal.value.code == "INVALID_EMAIL"


@pytest.mark.parametrize(
    "text", ["11987654321", "(11) 98765-4321", "011 98765-4321", "+55 11 98765-4321", "55 11 98765 4321"]
)
def test_a_phone_is_written_with_its_country(text: str) -> None:
    assert phone_of(text) == "+5511987654321"


@pytest.mark.parametrize("text", ["", "12345", "+1 202 555 0143", "11 08765-4321", "(00) 98765-4321", "ana"])
def test_what_is_not_a_brazilian_phone_is_refused(text: str) -> None:
    with pytest.raises(InvalidPart) as refusal:
        phone_of(text)

    assert refusal.value.code == "INVALID_PHONE"


@given(st.dates())
def test_a_birth_date_lies_between_1900_and_today(birth_date: date) -> None:
    today = date(2026, 11, 24)
    plausible = date(1900, 1, 1) <= birth_date <= today

    if plausible:
        assert birth_date_of(birth_date, today) == birth_date
    else:
        with pytest.raises(InvalidPart, match="INVALID_BIRTH_DATE"):
            birth_date_of(birth_date, today)


@pytest.mark.parametrize("name", ["America/Sao_Paulo", "America/Noronha", "UTC"])
def test_an_iana_zone_is_taken(name: str) -> None:
    assert time_zone_of(name) == name


@pytest.mark.parametrize("name", ["", "Sao_Paulo", "america/sao_paulo", "../etc/passwd", "-03:00"])
def test_what_is_not_a_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidPart, match="INVALID_TIME_ZONE"):
        time_zone_of(name)


@given(cpfs)
def test_a_login_of_digits_is_a_cpf(cpf: str) -> None:
    assert login_of(CPF().mask(cpf)) == ("CPF", cpf)


@given(emails)
def test_a_login_with_an_at_is_an_email(email: str) -> None:
    assert login_of(email.upper()) == ("EMAIL", email.lower())


@given(st.text())
def test_any_other_text_is_no_login_and_no_failure(text: str) -> None:
    login = login_of(text)

    assert login is None or login[1] in {"".join(re.findall(r"[0-9]", text)), text.strip().lower()}


@given(st.text())
def test_folding_is_done_once(name: str) -> None:
    folded = fold(name)

    assert fold(folded) == folded
    assert folded == folded.strip()
    assert "  " not in folded


@given(st.text("aáàâãäeéêiíoóôõuúüçcAÁ ", min_size=1))
def test_accents_case_and_spaces_do_not_tell_names_apart(name: str) -> None:
    assert fold(name) == fold(unicodedata.normalize("NFD", name.upper())) == fold(f" {name.lower()}  ")


def test_folding_a_brazilian_name() -> None:
    assert fold("  João   Antônio  Conceição ") == "joao antonio conceicao"


def test_a_day_of_figures_is_brazils() -> None:
    assert day_in_brazil(datetime(2026, 11, 24, 2, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert day_in_brazil(datetime(2026, 11, 24, 3, 0, tzinfo=UTC)) == date(2026, 11, 24)
