import pytest
from graphql import parse

from bff.admission import remembering
from bff.admission.measure import measure
from bff.admission.operation import chosen_operation
from bff.admission.remembering import Remembered
from bff.admission.weights import Weights

DOCUMENT = parse("{ a }")


def test_what_is_known_is_not_found_out_again() -> None:
    remembered, results = Remembered[int](), iter(range(10))
    assert [remembered.of(DOCUMENT, each, lambda: next(results)) for each in ("x", "y", "x")] == [0, 1, 0]
    assert remembered.of(parse("{ a }"), "x", lambda: next(results)) == 2


def test_the_oldest_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MAX_KEPT", 2)
    remembered, results = Remembered[int](), iter(range(10))
    assert [remembered.of(DOCUMENT, each, lambda: next(results)) for each in "xyxzxy"] == [0, 1, 0, 2, 0, 3]


def test_a_large_document_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "MAX_TOKENS", 2)
    remembered, results = Remembered[int](), iter(range(10))
    assert [remembered.of(DOCUMENT, "x", lambda: next(results)) for _ in range(2)] == [0, 1]


def test_an_operation_is_measured_at_the_values_of_its_variables() -> None:
    """The same document costs more where it asks for more."""
    sdl = """
    directive @listSize(slicingArguments: [String!], sizedFields: [String!]) on FIELD_DEFINITION
    type Query { people(first: Int = 5): [Person!]! @listSize(slicingArguments: ["first"]) }
    type Person { name: String }
    """
    document = parse("query People($first: Int) { people(first: $first) { name } }")
    operation, weights = chosen_operation(document, None), Weights(sdl)
    costs = [measure(document, operation, {"first": first}, weights).cost for first in (1, 100, 1)]
    assert costs[0] == costs[2] < costs[1]
