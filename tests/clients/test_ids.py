import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients.errors import UpstreamNotFound
from clients.ids import segment


@pytest.mark.parametrize("identifier", ["pat_01jdp5a6w3q8r9s0t1v2w3x4y5", "A", "a-b_c", "0", "x" * 128])
def test_an_id_is_itself(identifier: str) -> None:
    assert segment(identifier) == identifier


@pytest.mark.parametrize(
    "identifier",
    [
        "",
        ".",
        "..",
        "../doctors",
        "a/b",
        "/",
        "a\\b",
        "%2e%2e",
        "%2F",
        "a%00",
        "a?b=c",
        "a#b",
        "a;b",
        "a:b",
        "a@b",
        "a b",
        "a,b",
        "a\n",
        "\na",
        "a\r\nX-Forged: 1",
        "a\x00",
        "ação",
        "\uff41",
        "\u0661",
        "\u2024\u2024",
        "x" * 129,
    ],
)
def test_what_could_lead_elsewhere_is_absent(identifier: str) -> None:
    with pytest.raises(UpstreamNotFound) as absent:
        segment(identifier)
    assert absent.value.code == "NOT_FOUND"


@given(st.text(max_size=200))
@settings(deadline=None, database=None)
def test_no_text_leads_out_of_its_place(identifier: str) -> None:
    try:
        place = segment(identifier)
    except UpstreamNotFound:
        return
    assert place == identifier
    assert place.isascii()
    assert place.replace("-", "").replace("_", "").isalnum() or not place.strip("-_")
