"""The actual cost: what came, with the weights that the estimate counted."""

from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from bff.admission.actual import actual_cost
from bff.admission.measure import measure
from bff.admission.weights import Weights
from schema.__main__ import sdl
from tests.bff.admission.hostile import chained

PATIENT = Weights(sdl("patient"))


def costs(query: str, data: dict[str, Any] | None, weights: Weights = PATIENT) -> tuple[int, int]:
    """Return the actual and the estimated cost."""
    document = parse(query)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return actual_cost(document, operation, data, weights), measure(document, operation, {}, weights).cost


SEARCH = """{ doctors(first: 3) {
    nodes { id crm { number } specialties { name } nextSlot { startsAt } }
    pageInfo { endCursor }
} }"""


def test_objects_that_came_are_counted() -> None:
    doctor = {"id": "doc_1", "crm": {"number": "1"}, "specialties": [{"name": "a"}, {"name": "b"}], "nextSlot": None}
    data = {"doctors": {"nodes": [doctor, doctor], "pageInfo": {"endCursor": "x"}}}
    assert costs(SEARCH, data) == (1 + 2 * (1 + 1 + 2) + 1, 1 + 3 * (1 + 1 + 3 + 1) + 1)


def test_an_answer_as_long_as_assumed_costs_what_was_estimated() -> None:
    doctor = {"id": "1", "crm": {"number": "1"}, "specialties": [{"name": "a"}] * 3, "nextSlot": {"startsAt": "x"}}
    actual, estimated = costs(SEARCH, {"doctors": {"nodes": [doctor] * 3, "pageInfo": {"endCursor": "x"}}})
    assert actual == estimated


@pytest.mark.parametrize(
    ("data", "expected"), [(None, 0), ({}, 0), ({"doctors": None}, 0), ({"doctors": {"nodes": None}}, 1)]
)
def test_null_costs_nothing(data: dict[str, Any] | None, expected: int) -> None:
    assert costs(SEARCH, data)[0] == expected


def test_aliases_and_fragments_count_once_each() -> None:
    """What is asked for twice is estimated twice; what came is counted once."""
    query = """
    { a: me { ...F ...F ... on Patient { shares { doctor { crm { number } } } } } b: me { id } }
    fragment F on Patient { shares { id doctor { rating { count } } } }
    """
    doctor = {"crm": {"number": "1"}, "rating": {"count": 1}}
    data = {"a": {"shares": [{"id": "shr_1", "doctor": doctor}, None]}, "b": {"id": "pat_1"}}
    assert costs(query, data)[0] == 1 + (1 + 1 + 2) + 1


def test_a_scalar_with_a_weight_counts_where_it_came() -> None:
    query = "{ me { records(first: 5) { nodes { downloadUrl } } } }"
    data = {"me": {"records": {"nodes": [{"downloadUrl": "https://x"}, {"downloadUrl": None}]}}}
    assert costs(query, data) == (1 + 1 + 2 + 1, 1 + 1 + 5 + 5)


def test_a_mutation_and_the_object_of_its_union() -> None:
    query = """mutation { bookAppointment(input: {}) {
        __typename ... on AppointmentBooked { appointment { id doctor { name } } } ... on Problem { code }
    } }"""
    appointment = {"id": "1", "doctor": {"name": "x"}}
    booked = {"bookAppointment": {"__typename": "AppointmentBooked", "appointment": appointment}}
    assert costs(query, booked)[0] == 10 + 1 + 1
    assert costs(query, {"bookAppointment": {"__typename": "SlotTaken", "code": "SLOT_TAKEN"}})[0] == 10


def test_a_fragment_is_read_once_on_each_object() -> None:
    """Without that, 60 of them would take for ever where the height is measured only."""
    assert costs(chained(60), {"me": {"name": "Ana", "email": "ana@example.com"}})[0] == 1


def test_introspection_is_free() -> None:
    assert costs("{ __schema { types { name } } }", {"__schema": {"types": [{"name": "A"}]}}) == (0, 0)


def test_of_two_types_the_dearer_counts() -> None:
    weights = Weights("""
    type Query { found: Found } union Found = A | B
    type A { x: Int @cost(weight: "3") } type B { x: Int @cost(weight: "8") }
    """)
    assert costs("{ found { ... on A { x } ... on B { x } } }", {"found": {"x": 1}}, weights) == (1 + 8, 1 + 3 + 8)
