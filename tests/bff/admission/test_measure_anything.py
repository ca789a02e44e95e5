"""Whatever parses can be measured, with whatever variables: no exception, few visits, figures that JSON can hold."""

from dataclasses import fields
from random import Random
from typing import Any, Final

from graphql import OperationDefinitionNode, build_schema, parse, validate
from hypothesis import given, settings
from hypothesis import strategies as st

from bff.admission.measure import CEILING, Measured, measure
from bff.admission.weights import Weights
from schema.__main__ import sdl
from tests.bff.admission.test_measure import node_count

SDL: Final = sdl("patient")
SCHEMA: Final = build_schema(SDL)
WEIGHTS: Final = Weights(SDL)
FIELDS: Final = ("me", "doctors", "nodes", "edges", "node", "records", "slots", "id", "__typename", "__schema", "x")
TYPES: Final = ("Query", "Patient", "DoctorConnection", "Doctor", "Node", "BookAppointmentResult", "String", "X")
VALUES: Final = ("1", "-1", "null", "true", '"1"', "1.5", "[1, [2]]", "{a: {b: 1}}", "$a", "$b", "$c", "9" * 5_000, "A")
JSON: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just(10**4_000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
MAX_DEPTH: Final = 8


class Writer:
    """Writes a document that parses, and has no other reason to be valid."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance

    def document(self) -> str:
        """Return one or two operations and some fragments; they may spread themselves and have namesakes."""
        kinds = self.chance.choices(["query", "mutation", "subscription"], k=self.chance.randint(1, 2))
        written = [f"{kind} ($a: Int = 3, $b: [Int!]! @x, $c: X = {{y: 1}}) {self.selections(0)}" for kind in kinds]
        for _ in range(self.chance.randrange(5)):
            on = f"{self.fragment()} on {self.chance.choice(TYPES)}"
            written.append(f"fragment {on} {self.directives()} {self.selections(0)}")
        self.chance.shuffle(written)
        return "\n".join(written)

    def selections(self, depth: int) -> str:
        """Return a selection set, which may be empty."""
        return "{ " + " ".join(self.selection(depth) for _ in range(self.chance.randrange(4))) + " }"

    def selection(self, depth: int) -> str:
        """Return a field, an inline fragment or a spread."""
        below = self.selections(depth + 1) if depth < MAX_DEPTH and self.chance.random() < 0.6 else ""
        match self.chance.randrange(5):
            case 0:
                return f"...{self.fragment()} {self.directives()}"
            case 1:
                condition = self.chance.choice(["", f"on {self.chance.choice(TYPES)}"])
                return f"... {condition} {self.directives()} {below or '{ }'}"
            case _:
                alias = self.chance.choice(["", "y: "])
                return f"{alias}{self.chance.choice(FIELDS)}{self.arguments()} {self.directives()} {below}"

    def arguments(self) -> str:
        """Return arguments, perhaps the same twice."""
        names = self.chance.choices(["first", "last", "days", "filter"], k=self.chance.randrange(3))
        return f"({', '.join(f'{name}: {self.chance.choice(VALUES)}' for name in names)})" if names else ""

    def directives(self) -> str:
        """Return directives, known or not."""
        return " ".join(self.chance.choices(["@x", "@skip(if: true)", "@include(if: $c)"], k=self.chance.randrange(2)))

    def fragment(self) -> str:
        """Return a name that some fragment may have."""
        return f"F{self.chance.randrange(5)}"


@given(chance=st.randoms(use_true_random=True), variables=st.dictionaries(st.sampled_from("abcd"), JSON))
@settings(max_examples=120, deadline=None)
def test_whatever_parses_can_be_measured(chance: Random, variables: dict[str, Any]) -> None:
    query = Writer(chance).document()
    document = parse(query)
    for operation in document.definitions:
        if isinstance(operation, OperationDefinitionNode):
            figures = measure(document, operation, variables, WEIGHTS)
            counted = [getattr(figures, each.name) for each in fields(Measured) if each.name != "fault"]
            assert all(0 <= each <= CEILING for each in counted)
            assert figures.visits <= 3 * node_count(query)
            assert figures.fault is None or validate(SCHEMA, document)
