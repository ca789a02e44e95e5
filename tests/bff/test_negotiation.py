"""What a client accepts decides what it gets; graphql-http's audits say what of two equals is taken."""

import pytest

from bff.negotiation import GRAPHQL_JSON, JSON, negotiated

GRAPHQL = "application/graphql-response+json"

CHOICES: dict[str, str | None] = {
    "": JSON,
    " , ": JSON,
    "*/*": JSON,
    "application/*": JSON,
    "application/json": JSON,
    "Application/JSON; charset=UTF-8": JSON,
    GRAPHQL: GRAPHQL_JSON,
    f"{GRAPHQL}; charset=utf-8": GRAPHQL_JSON,
    f"application/json, {GRAPHQL}": GRAPHQL_JSON,
    f"application/json;q=0.9, {GRAPHQL};q=0.8": JSON,
    f"{GRAPHQL};q=0.5, */*": JSON,
    f"*/*, {GRAPHQL}": GRAPHQL_JSON,
    f"application/*;q=0.9, {GRAPHQL};q=0.9": GRAPHQL_JSON,
    "application/json;q=0, */*": GRAPHQL_JSON,
    f"{GRAPHQL};q=0, application/*;q=0.1": JSON,
    f"application/json; Q=0.2, {GRAPHQL}; q = 0.1": JSON,
    "text/html": None,
    "application/xml, text/*": None,
    "*/*;q=0": None,
    "application/json;q=0.000": None,
    "application/json;q=high": None,
    "application/json;q=nan": None,
    "application/json;q=1e3": None,
    "application/json;q=-1": None,
    "application/jsonp": None,
    ";q=1": JSON,
}


@pytest.mark.parametrize(("accept", "chosen"), CHOICES.items(), ids=CHOICES.keys())
def test_the_best_acceptable_offer_is_chosen(accept: str, chosen: str | None) -> None:
    assert negotiated(accept) == chosen


def test_another_offer_is_taken_where_it_is_named() -> None:
    stream = "text/event-stream"
    assert negotiated(stream, (JSON, GRAPHQL_JSON, stream)) == stream
    assert negotiated("*/*", (JSON, GRAPHQL_JSON, stream)) == JSON
