"""Page sizes count at the values that resolvers will see, whatever a client sends."""

import pytest
from graphql import FieldNode, OperationDefinitionNode, parse

from bff.admission.sizes import Sizes
from bff.admission.weights import Weights

WEIGHTS = Weights("""
type Query {
  page(first: Int = 20, last: Int, after: String): [Query!] @listSize(slicingArguments: ["first", "last"])
}
""")
DEFAULT = [20]


def sizes(query: str, **variables: object) -> list[int]:
    (operation,) = parse(query).definitions
    assert isinstance(operation, OperationDefinitionNode)
    (field,) = operation.selection_set.selections
    assert isinstance(field, FieldNode)
    return Sizes(operation, variables).given(field, WEIGHTS.fields("Query")["page"])


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("first: 3", [3]),
        ("first: 0", [0]),
        ("first: -3", [0]),
        ("last: 5", [20, 5]),
        ("first: 7, last: 5", [7, 5]),
        ("first: null", DEFAULT),
        ('first: "9"', DEFAULT),
        ("first: 9.0", DEFAULT),
        ("first: [9]", DEFAULT),
        ("first: {a: 9}", DEFAULT),
        ("first: NINE", DEFAULT),
        ("after: 9", DEFAULT),
        ("first: $undeclared", DEFAULT),
        ("first: 2147483647", [2**31 - 1]),
        ("first: 2147483648", DEFAULT),
        (f"first: {'9' * 6_000}", DEFAULT),
        (f"first: {'[' * 150}{']' * 150}", DEFAULT),
    ],
)
def test_a_literal_counts_where_it_is_an_int(argument: str, expected: list[int]) -> None:
    assert sizes(f"{{ page({argument}) {{ page }} }}") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, [3]),
        (3.0, [3]),
        (-5, [0]),
        (2**31 - 1, [2**31 - 1]),
        (2**31, DEFAULT),
        (10**4_000, DEFAULT),
        (1e300, DEFAULT),
        (None, DEFAULT),
        (True, DEFAULT),
        (3.5, DEFAULT),
        (float("inf"), DEFAULT),
        (float("nan"), DEFAULT),
        ("3", DEFAULT),
        ([3], DEFAULT),
        ({"first": 3}, DEFAULT),
    ],
)
def test_a_variable_counts_as_graphql_coerces_it(value: object, expected: list[int]) -> None:
    assert sizes("query ($v: Int) { page(first: $v) { page } }", v=value) == expected


def test_a_variable_that_is_not_sent_counts_at_its_default_then_at_the_arguments() -> None:
    assert sizes("query ($v: Int = 4) { page(first: $v) { page } }") == [4]
    assert sizes("query ($v: Int = 4) { page(first: $v) { page } }", v=None) == DEFAULT
    assert sizes("query ($v: Int) { page(first: $v) { page } }") == DEFAULT


def test_a_variable_that_is_not_declared_does_not_count() -> None:
    assert sizes("{ page(first: $v) { page } }", v=9) == DEFAULT
