"""Who may keep an answer: the least of the hints decides, and whatever is private keeps everybody from it."""

import pytest
import strawberry
from graphql import OperationDefinitionNode, parse
from starlette.datastructures import Headers

from bff.answers.caching import finish, shareable_seconds
from schema.common.caching import PRIVATE, cache_hints, cached
from schema.common.scalars import CONFIG
from schema.patient.schema import schema as patient


@strawberry.interface
class Place:
    name: str = strawberry.field(directives=[cached(50)])


@strawberry.type
class Clinic(Place):
    name: str = strawberry.field(directives=[cached(40)])
    rooms: int


@strawberry.type
class Home(Place):
    name: str = strawberry.field(directives=[PRIVATE])


@strawberry.type
class Doctor:
    bio: str
    clinic: Clinic
    place: Place
    slots: int = strawberry.field(directives=[cached(10)])
    distance: int = strawberry.field(directives=[PRIVATE])


@strawberry.type
class Query:
    doctor: Doctor = strawberry.field(directives=[cached(60)])
    doctors: list[Doctor] = strawberry.field(directives=[cached(30)])
    me: Doctor
    never: int = strawberry.field(directives=[cached(0)])


@strawberry.type
class Mutation:
    doctor: Doctor = strawberry.field(directives=[cached(60)])


GRAPH = strawberry.Schema(query=Query, mutation=Mutation, types=[Home], config=CONFIG)


def seconds(query: str, graph: strawberry.Schema = GRAPH) -> int:
    document = parse(query)
    operation = next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))
    return shareable_seconds(graph._schema, cache_hints(graph), document, operation)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ doctor { bio } }", 60),
        ("{ doctor { bio clinic { rooms } } }", 60),
        ("{ doctor { bio } doctors { bio } }", 30),
        ("{ doctors { slots } }", 10),
        ("{ a: doctors { s: slots } }", 10),
        ("{ doctor { clinic { name } } }", 40),
        ("{ doctor { bio } __typename }", 60),
        ("{ doctor { ... { slots } } }", 10),
        ("{ doctor { ... on Doctor { slots } } }", 10),
        ("{ ...F } fragment F on Query { doctor { ...G } } fragment G on Doctor { slots }", 10),
        ("query ($no: Boolean!) { doctor { slots @include(if: $no) } }", 10),
        ("{ ...F ...F } fragment F on Query { doctor { ...G ...G } } fragment G on Doctor { bio slots }", 10),
    ],
)
def test_the_least_hint_counts(query: str, expected: int) -> None:
    assert seconds(query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "{ me { bio } }",
        "{ doctor { bio } me { bio } }",
        "query ($no: Boolean!) { doctor { bio } me @skip(if: $no) { bio } }",
        "{ doctor { bio } ... on Query { me { bio } } }",
        "{ doctor { bio } ...F } fragment F on Query { me { bio } }",
        "{ doctor { distance } }",
        "{ doctor { ...F } } fragment F on Doctor { bio distance }",
        "{ never }",
        "{ doctor { bio } never }",
        "{ __typename }",
        "{ __schema { queryType { name } } doctor { bio } }",
        '{ __type(name: "Query") { fields { name } } }',
        "mutation { doctor { bio } }",
    ],
)
def test_whatever_is_private_keeps_everybody_from_it(query: str) -> None:
    assert seconds(query) == 0


def test_an_interface_promises_no_more_than_its_objects() -> None:
    """A place may be a home, whose name is private."""
    assert seconds("{ doctor { place { name } } }") == 0
    assert seconds("{ doctor { place { ... on Clinic { name } } } }") == 40
    assert seconds("{ doctor { clinic { ... on Place { name } } } }") == 0


def test_chained_fragments_cost_no_more_than_their_length() -> None:
    """Spread twice each, 22 of them stand for four million fields."""
    chain = " ".join(f"fragment F{n} on Doctor {{ ...F{n + 1} ...F{n + 1} }}" for n in range(22))
    assert seconds(f"{{ doctor {{ ...F0 }} }} {chain} fragment F22 on Doctor {{ slots }}") == 10


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("{ specialties { code name } }", 3600),
        ("{ doctors { nodes { id name crm { number } clinic { city } rating { average } } } }", 60),
        ('{ doctor(id: "doc_1") { name nextSlot { startsAt } } }', 10),
        ('{ doctor(id: "doc_1") { name slots(from: "2026-11-24") { startsAt } } }', 10),
        ("{ doctors { nodes { name distanceKm } } }", 0),
        ("{ me { name } }", 0),
        ('{ node(id: "doc_1") { id } }', 0),
    ],
)
def test_the_patient_graph(query: str, expected: int) -> None:
    assert seconds(query, patient) == expected


BODY = b'{"data":{"specialties":[]}}'


def answered(
    headers: dict[str, str], *, method: str = "GET", body: bytes = BODY, errors: bool = False, seconds: int = 60
) -> tuple[int, dict[str, str], bytes]:
    finished = finish(method, Headers(headers), body, errors=errors, seconds=seconds)
    assert finished.headers["Vary"] == "Accept, Accept-Language, Authorization"
    return finished.status, {k: v for k, v in finished.headers.items() if k != "Vary"}, finished.body


def tag_of(body: bytes) -> str:
    return answered({}, body=body)[1]["ETag"]


def test_what_anybody_may_have_is_public_and_tagged() -> None:
    status, headers, body = answered({})
    assert (status, body) == (200, BODY)
    assert headers == {"Cache-Control": "public, max-age=60", "ETag": tag_of(BODY)}
    assert headers["ETag"].startswith('"')
    assert len(headers["ETag"]) == 34


def test_the_tag_is_the_bodys() -> None:
    assert tag_of(BODY) == tag_of(bytes(BODY))
    assert tag_of(BODY) != tag_of(BODY + b" ")


@pytest.mark.parametrize(
    ("headers", "errors", "seconds"),
    [
        ({"Authorization": "Bearer x"}, False, 60),
        ({"authorization": ""}, False, 60),
        ({}, True, 60),
        ({}, False, 0),
    ],
    ids=["with a token", "with an empty token", "with errors", "of a private operation"],
)
def test_everything_else_is_nobodys_to_keep(headers: dict[str, str], errors: bool, seconds: int) -> None:
    """Not even who has the tag is told that it still holds."""
    given = {**headers, "If-None-Match": f"{tag_of(BODY)}, *"}
    assert answered(given, errors=errors, seconds=seconds) == (200, {"Cache-Control": "private, no-store"}, BODY)


@pytest.mark.parametrize("shape", ["{}", "W/{}", '"other", {}', 'W/"other",W/{}', "*", " * "])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_has_it_is_told_that_it_holds(shape: str, method: str) -> None:
    status, headers, body = answered({"If-None-Match": shape.format(tag_of(BODY))}, method=method)
    assert (status, body) == (304, b"")
    assert headers == {"Cache-Control": "public, max-age=60", "ETag": tag_of(BODY)}


@pytest.mark.parametrize("condition", ["", '"other"', 'W/"other"', "other", '"', '"a', "W/"])
def test_who_has_another_gets_it(condition: str) -> None:
    assert answered({"If-None-Match": condition})[::2] == (200, BODY)


def test_a_tag_without_quotes_is_none() -> None:
    assert answered({"If-None-Match": tag_of(BODY).strip('"')})[0] == 200


def test_a_post_is_always_answered_in_full() -> None:
    """RFC 9110 has 304 for safe methods alone."""
    status, headers, body = answered({"If-None-Match": tag_of(BODY)}, method="POST")
    assert (status, body, headers["Cache-Control"]) == (200, BODY, "public, max-age=60")
