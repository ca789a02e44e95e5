"""Which media type an answer has: what the client accepts (RFC 9110, section 12.5.1), of what the endpoint offers."""

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

JSON: Final = "application/json"
GRAPHQL_JSON: Final = "application/graphql-response+json"
# What nobody names goes to the first: older clients that accept anything expect it.
OFFERS: Final = (JSON, GRAPHQL_JSON)

_EXACT: Final = 2
# Clients send few different ones; a header is short, and its length bounded before it gets here.
_KEPT: Final = 256
_QUALITY: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


@lru_cache(maxsize=_KEPT)
def negotiated(accept: str, offers: tuple[str, ...] = OFFERS) -> str | None:
    """Return the offer of the highest quality; None where none is acceptable. No header is `*/*`.

    Of equals, one that is named comes before one that a wildcard allows, and of two that are named the later offer
    wins: who names the newer type understands it.
    """
    ranges = dict(_ranges(accept)) or {"*/*": 1.0}

    def rank(place: int) -> tuple[float, int, int]:
        quality, specificity = _match(offers[place], ranges)
        return quality, specificity, place if specificity == _EXACT else -place

    best = max(range(len(offers)), key=rank)
    return offers[best] if rank(best)[0] > 0 else None


def _match(offer: str, ranges: dict[str, float]) -> tuple[float, int]:
    """Return the quality of the most specific range that holds the offer, and how specific that is."""
    patterns = (offer, offer.partition("/")[0] + "/*", "*/*")
    return next(
        ((ranges[pattern], _EXACT - distance) for distance, pattern in enumerate(patterns) if pattern in ranges),
        (0.0, 0),
    )


def _ranges(accept: str) -> Iterator[tuple[str, float]]:
    """Read the media ranges, without parameters but their quality; a malformed quality is none at all."""
    for each in accept.lower().split(","):
        media_range, *parameters = (part.strip() for part in each.split(";"))
        if media_range:
            yield media_range, _quality(parameters)


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            return float(value) if _QUALITY.fullmatch(value.strip()) else 0.0
    return 1.0
