"""Which of our two languages a client prefers."""

from functools import lru_cache
from typing import Final

from schema.common.messages import Language

DEFAULT: Final[Language] = "pt-BR"
# Clients send few different ones, each short.
_KEPT: Final = 256
_BY_PRIMARY_TAG: Final[dict[str, Language]] = {"pt": "pt-BR", "en": "en"}


@lru_cache(maxsize=_KEPT)
def preferred(accept_language: str) -> Language:
    """Read `Accept-Language` (RFC 9110): the highest quality of pt and en; Portuguese where it names neither."""
    known = [
        (_quality(parameters), language)
        for tag, _, parameters in (each.strip().partition(";") for each in accept_language.split(","))
        if (language := _BY_PRIMARY_TAG.get(tag.partition("-")[0].strip().lower()))
    ]
    best = max(known, key=lambda each: each[0], default=(0.0, DEFAULT))
    return best[1] if best[0] > 0 else DEFAULT


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    try:
        return float(value) if name == "q" else 1.0
    except ValueError:
        return 0.0
