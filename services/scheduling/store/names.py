"""Names as people search for them: without accents, case or punctuation."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

_APART: Final = re.compile(r"[^a-z0-9]+")


def folded(name: str) -> str:
    """Fold a name: `"João D'Ávila"` is `"joao d avila"`."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    return _APART.sub(" ", plain.casefold()).strip()


def words_of(name: str) -> Sequence[str]:
    """Return the folded words of a name; each is safe within a regular expression."""
    return folded(name).split()
