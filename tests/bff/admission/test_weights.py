"""Weights as the SDL prints them; an SDL whose costs cannot be counted stops the start-up."""

import pytest

from bff.admission.weights import DEFAULT_LIST_SIZE, FieldWeight, Shape, Weights
from schema.__main__ import GRAPHS, sdl
from schema.common.principals import Audience

SDL = """
interface Node { id: ID! }
union Found = Leaf | Page
enum Kind { A }
type Leaf implements Node { id: ID! kind: Kind! names: [String!]! next: Leaf! dear: String @cost(weight: "7") }
type Page { items: [Leaf!]! all: [Leaf!]! @listSize(assumedSize: 4) count: Int }
type Query {
  node: Node
  found: [Found]
  page(size: Int = 5, skip: Int): Page
    @listSize(slicingArguments: ["size"], sizedFields: ["items"], requireOneSlicingArgument: false)
  strict(first: Int, last: Int): [Leaf] @listSize(slicingArguments: ["first", "last"])
}
type Mutation { act: Found! cheap: Leaf @cost(weight: "2") }
type Subscription { happened: Leaf! }
"""


def weight(coordinate: str) -> FieldWeight:
    type_name, _, field = coordinate.partition(".")
    return Weights(SDL).fields(type_name)[field]


@pytest.mark.parametrize(
    ("coordinate", "expected"),
    [
        ("Leaf.id", 0),
        ("Leaf.kind", 0),
        ("Leaf.names", 0),
        ("Leaf.next", 1),
        ("Leaf.dear", 7),
        ("Node.id", 0),
        ("Query.node", 1),
        ("Query.found", 1),
        ("Mutation.act", 10),
        ("Mutation.cheap", 2),
        ("Subscription.happened", 1),
    ],
)
def test_a_weight_is_what_the_field_says_or_its_types(coordinate: str, expected: int) -> None:
    assert weight(coordinate).weight == expected


@pytest.mark.parametrize(
    ("coordinate", "shape", "assumed", "slicing", "exactly_one"),
    [
        ("Leaf.next", Shape.ONE, DEFAULT_LIST_SIZE, {}, False),
        ("Leaf.names", Shape.LIST, DEFAULT_LIST_SIZE, {}, False),
        ("Page.items", Shape.SIZED, DEFAULT_LIST_SIZE, {}, False),
        ("Page.all", Shape.LIST, 4, {}, False),
        ("Query.page", Shape.PAGE, DEFAULT_LIST_SIZE, {"size": 5}, False),
        ("Query.strict", Shape.LIST, DEFAULT_LIST_SIZE, {"first": None, "last": None}, True),
    ],
)
def test_a_size_is_what_the_field_says(
    coordinate: str, shape: Shape, assumed: int, slicing: dict[str, int | None], exactly_one: bool
) -> None:
    read = weight(coordinate)
    assert (read.shape, read.assumed, read.slicing, read.exactly_one) == (shape, assumed, slicing, exactly_one)


@pytest.mark.parametrize("type_name", ["Found", "Kind", "__Schema", "Nowhere", ""])
def test_what_has_no_fields_or_is_unknown_has_none(type_name: str) -> None:
    assert Weights(SDL).fields(type_name) == {}


BROKEN = {
    "a negative weight": ('type Query { a: Int @cost(weight: "-1") }', "negative"),
    "a fraction": ('type Query { a: Int @cost(weight: "0.5") }', "invalid literal"),
    "no number": ('type Query { a: Int @cost(weight: "much") }', "invalid literal"),
    "a negative size": ("type Query { a: [Int] @listSize(assumedSize: -1) }", "negative"),
    "a slicing argument that is none": ('type Query { a: [Int] @listSize(slicingArguments: ["b"]) }', "slicing"),
    "a list of pages": ('type Query { a: [P] @listSize(sizedFields: ["b"]) } type P { b: [Int] }', "sizedFields"),
    "a sized field that is no list": (
        'type Query { a: P @listSize(sizedFields: ["b"]) } type P { b: Int }',
        "sizedFields",
    ),
    "a sized field that is unknown": (
        'type Query { a: P @listSize(sizedFields: ["c"]) } type P { b: [Int] }',
        "sizedFields",
    ),
    "a sized list with a size of its own": (
        'type Query { a: P @listSize(sizedFields: ["b"]) } type P { b: [Int] @listSize(assumedSize: 1) }',
        "sizedFields",
    ),
    "other lists of the same object": (
        """type Query { a: P @listSize(sizedFields: ["b"]) c: P @listSize(sizedFields: ["d"]) }
        type P { b: [Int] d: [Int] }""",
        "sizedFields",
    ),
    "lists of an interface": (
        'type Query { a: P @listSize(sizedFields: ["b"]) } interface P { b: [Int] }',
        "sizedFields",
    ),
}


@pytest.mark.parametrize(("broken", "why"), BROKEN.values(), ids=BROKEN.keys())
def test_a_cost_that_cannot_be_counted_is_an_error(broken: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        Weights(broken)


@pytest.mark.parametrize("audience", GRAPHS)
def test_every_graph_is_read(audience: Audience) -> None:
    read = Weights(sdl(audience))
    assert read.fields("Query")["me"].weight == 1
    assert read.fields("Mutation")["signIn"].weight == 10
