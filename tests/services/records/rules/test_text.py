import pytest

from services.records.rules.text import visible


@pytest.mark.parametrize("text", ["Ana Conceição", "  Ana \u00a0 Conceição\n", "Ana\tConceição"])
def test_a_text_has_single_spaces(text: str) -> None:
    assert visible(text) == "Ana Conceição"


@pytest.mark.parametrize("text", ["", " ", "\x1c", "\u200b", "Ana\x00", "exam\u202efdp.exe"])
def test_what_nobody_sees_is_refused_and_not_quoted(text: str) -> None:
    """Also what only Python takes for a space, and what turns a text around."""
    with pytest.raises(ValueError, match=r"^not a text to be read$"):
        visible(text)
