import pytest

from bff.language import preferred
from schema.common.messages import Language


@pytest.mark.parametrize(
    ("accept_language", "language"),
    [
        ("", "pt-BR"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("pt", "pt-BR"),
        ("pt-PT, en;q=0.9", "pt-BR"),
        ("en-US,en;q=0.9,pt-BR;q=0.8", "en"),
        ("pt-BR;q=0.5, en;q=0.7", "en"),
        ("en;q=0.5, pt;q=0.5", "en"),
        ("fr, de;q=0.8", "pt-BR"),
        ("fr, en;q=0.1", "en"),
        ("*", "pt-BR"),
        ("en;q=0", "pt-BR"),
        ("pt;q=0, en;q=0", "pt-BR"),
        (" en ; q=0.8 ,pt; q=0.2", "en"),
        ("en;q=", "pt-BR"),
        ("en;q=much, pt;q=0.1", "pt-BR"),
        ("en;q=nan", "pt-BR"),
        ("english", "pt-BR"),
        (",,;q=1,-", "pt-BR"),
        ("\xff\xfe", "pt-BR"),
    ],
)
def test_the_best_of_our_two_languages_is_chosen(accept_language: str, language: Language) -> None:
    assert preferred(accept_language) == language
