import pytest

from services.scheduling.store.names import folded, words_of


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("João D'Ávila", "joao d avila"),
        ("  ANA-PAULA   da Conceição ", "ana paula da conceicao"),
        ("Bjo\u0308rn Strauß", "bjorn strauss"),
        ("Müller Jr.", "muller jr"),
        ("...", ""),
        ("李", ""),
    ],
)
def test_names_fold_to_plain_letters(name: str, plain: str) -> None:
    assert folded(name) == plain
    assert list(words_of(name)) == plain.split()
