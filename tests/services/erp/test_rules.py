import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.erp.models import Crm, CrmInput
from services.erp.rules import UFS, crm_of, crms_of_number, fold, is_time_zone, parse_crm, parse_email

SP = Crm(number="123456", state="SP")

numbers = st.integers(1, 9_999_999).map(str)
states = st.sampled_from(UFS)


@pytest.mark.parametrize(
    ("typed", "crm"),
    [
        ("123456/SP", SP),
        ("123456-SP", SP),
        ("123456SP", SP),
        ("123456 SP", SP),
        ("CRM/SP 123456", SP),
        ("CRM-SP 123456", SP),
        ("CRM/SP: 123456", SP),
        ("CRM SP 123456", SP),
        ("CRM 123456/SP", SP),
        ("crm/sp 123.456", SP),
        ("  123456/sp  ", SP),
        ("0123456/SP", SP),
        ("1/AC", Crm(number="1", state="AC")),
        ("1234P/SP", Crm(number="1234P", state="SP")),
        ("1234PSP", Crm(number="1234P", state="SP")),
        ("CRM/PE 1234P", Crm(number="1234P", state="PE")),
        # A P before E is the state's; a second P is the number's.
        ("1234PE", Crm(number="1234", state="PE")),
        ("1234PPE", Crm(number="1234P", state="PE")),
    ],
)
def test_a_crm_is_read_in_every_common_form(typed: str, crm: Crm) -> None:
    assert parse_crm(typed) == crm


@pytest.mark.parametrize(
    "typed",
    [
        "", "SP", "123456", "123456/XX", "123456/S", "/SP", "0/SP", "12345678/SP", "123456Q/SP", "P/SP", "123456PP/SP",
        "123456/SP/RJ", "-123456/SP", "123456/SP 1", "١٢٣/SP", "CRM", "CRM/SP", "bruno@example.com", "529.982.247-25",
    ],
)  # fmt: skip
def test_what_is_no_crm_is_not_read_as_one(typed: str) -> None:
    assert parse_crm(typed) is None


@given(numbers, st.booleans(), states, st.sampled_from(["{0}/{1}", "{0}-{1}", "{0} {1}", "CRM/{1} {0}", "crm {0}/{1}"]))
def test_every_form_of_a_crm_is_the_same_crm(number: str, provisional: bool, state: str, form: str) -> None:
    number += "P" * provisional
    assert parse_crm(form.format(number, state)) == crm_of(CrmInput(number=number, state=state))


@given(st.text(max_size=40))
def test_a_crm_that_is_read_is_canonical(typed: str) -> None:
    crm = parse_crm(typed)
    assert crm is None or (re.fullmatch(r"[1-9][0-9]{0,6}P?", crm.number) and crm.state in UFS)


@given(numbers)
def test_a_bare_number_may_belong_to_any_state(number: str) -> None:
    assert [crm.state for crm in crms_of_number(number)] == list(UFS)


@pytest.mark.parametrize("typed", ["", "ana", "123456/SP", "12345678"])
def test_a_name_is_no_bare_number(typed: str) -> None:
    assert not crms_of_number(typed)


@pytest.mark.parametrize("typed", ["bruno@example.com", " Bruno@Example.COM\t"])
def test_an_email_counts_whatever_its_case(typed: str) -> None:
    assert parse_email(typed) == "bruno@example.com"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "bruno",
        "@example.com",
        "bruno@",
        "bruno@example",
        "a b@example.com",
        "a@b@example.com",
        "a@-b.com",
        f"{'a' * 65}@example.com",
        f"{'a' * 64}@{'b' * 63}.{'c' * 63}.commm.br",
    ],
)
def test_what_is_no_email_is_refused(typed: str) -> None:
    assert parse_email(typed) is None


@pytest.mark.parametrize(
    ("name", "folded"),
    [("  Antônia   DA Conceição ", "antonia da conceicao"), ("Müller-Groß", "muller-gross"), ("", "")],
)
def test_names_are_folded(name: str, folded: str) -> None:
    assert fold(name) == folded


@given(st.text(max_size=30))
def test_folding_is_done_once(name: str) -> None:
    """Folding what the index holds, as a search does, finds it again."""
    folded = fold(unicodedata.normalize("NFC", name))
    assert fold(folded) == folded


@pytest.mark.parametrize(
    ("name", "known"), [("America/Sao_Paulo", True), ("America", False), ("../etc/passwd", False), ("", False)]
)
def test_time_zones_are_iana_names(name: str, known: bool) -> None:
    assert is_time_zone(name) is known
