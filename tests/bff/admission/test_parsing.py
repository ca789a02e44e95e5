"""Reading stops at the first token too many; what is no GraphQL stays a syntax error."""

import pytest
from graphql import GraphQLSyntaxError

from bff.admission.limits import Limits
from bff.admission.parsing import MAX_CHARACTERS, MEASURED_TOKENS, parse_within
from bff.refusals import Refused

LIMITS = Limits(tokens=10)
MEASURED = Limits(tokens=10, measured_only=frozenset({"tokens", "depth"}))


def refusal(query: str, limits: Limits) -> Refused:
    with pytest.raises(Refused) as refused:
        parse_within(query, limits)
    assert (refused.value.status, refused.value.code) == (400, "LIMIT_EXCEEDED")
    return refused.value


def test_as_many_tokens_as_the_maximum_are_read() -> None:
    assert parse_within("{ " + "a " * 8 + "}", LIMITS).token_count == 10
    shown = refusal("{ " + "a " * 9 + "}", LIMITS).extensions
    assert shown == {"limit": "tokens", "value": 11, "maximum": 10}


def test_comments_are_read_no_further_either() -> None:
    assert refusal("# a\n" * 11 + "{ a }", LIMITS).extensions["limit"] == "tokens"
    assert parse_within("# a\n" * 7 + "{ a }", LIMITS).token_count == 10


def test_a_text_is_no_longer_than_its_tokens_need() -> None:
    """One name of a megabyte is one token, and takes the lexer as long as many."""
    assert parse_within("{ " + "a" * (MAX_CHARACTERS - 4) + " }", Limits()).token_count == 3
    shown = refusal("{ " + "a" * (MAX_CHARACTERS - 3) + " }", Limits()).extensions
    assert shown == {"limit": "characters", "value": MAX_CHARACTERS + 1, "maximum": MAX_CHARACTERS}


def test_measured_only_still_ends_somewhere() -> None:
    assert parse_within("{ " + "a " * 100 + "}", MEASURED).token_count == 102
    assert refusal("{ " + "a " * MEASURED_TOKENS + "}", MEASURED).extensions["value"] == MEASURED_TOKENS + 1
    wide = Limits(tokens=20_000, measured_only=frozenset({"tokens"}))
    assert parse_within("{ " + "a " * 15_000 + "}", wide).token_count == 15_002


@pytest.mark.parametrize(
    "query",
    [
        "{ a " * 250 + "}" * 250,
        "{ a(b: " + "[" * 250 + "]" * 250 + ") }",
        "query ($a: " + "[" * 250 + "A" + "]" * 250 + ") { a }",
    ],
    ids=["selections", "lists", "types"],
)
@pytest.mark.parametrize("limits", [Limits(), Limits(measured_only=frozenset({"depth"}))], ids=["enforced", "measured"])
def test_what_is_nested_too_deeply_for_the_parser_is_refused(query: str, limits: Limits) -> None:
    assert refusal(query, limits).extensions == {"limit": "depth", "value": 201, "maximum": 16}


@pytest.mark.parametrize("query", ["", "{", "{ a", "nonsense", "{ a(b: ) }", '{ a(b: "'])
def test_what_is_no_graphql_is_a_syntax_error(query: str) -> None:
    with pytest.raises(GraphQLSyntaxError):
        parse_within(query, Limits())
