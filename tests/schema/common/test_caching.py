"""What the graphs say about how long their fields may be kept."""

import re
from collections.abc import Mapping

import pytest
from graphql import GraphQLObjectType, get_named_type

from schema.__main__ import GRAPHS, sdl
from schema.common.caching import PRIVATE, CacheControl, CacheControlScope, cache_hints, cached, public_seconds
from schema.common.loaded import LOADED
from schema.common.principals import Audience
from tests.schema.test_graphs import fields

HINTS: Mapping[Audience, Mapping[str, int]] = {
    "patient": {
        "Query.doctors": 60,
        "Query.doctor": 60,
        "Query.specialties": 3600,
        "Doctor.distanceKm": 0,
        "Doctor.slots": 10,
        "Doctor.nextSlot": 10,
    },
    "doctor": {},
    "erp": {},
}


@pytest.mark.parametrize("audience", GRAPHS)
def test_only_these_fields_may_be_kept(audience: Audience) -> None:
    """Whoever adds one says here that it is nobody's secret."""
    hints = {name: public_seconds(hint) for name, hint in cache_hints(GRAPHS[audience]).items()}
    assert hints == HINTS[audience]


@pytest.mark.parametrize("audience", GRAPHS)
def test_hints_are_printed_into_the_sdl(audience: Audience) -> None:
    assert len(re.findall(r" @cacheControl\(maxAge: [0-9]", sdl(audience))) == len(HINTS[audience])


def test_a_hint_is_as_long_as_it_says() -> None:
    assert public_seconds(cached(60)) == 60
    assert public_seconds(PRIVATE) == 0


def test_private_is_private_whatever_its_age() -> None:
    assert public_seconds(CacheControl(max_age=60, scope=CacheControlScope.PRIVATE)) == 0
    assert public_seconds(CacheControl(max_age=60, scope=CacheControlScope.PUBLIC)) == 60


def test_what_loads_below_a_public_field_says_how_long_it_holds() -> None:
    """It comes from another call than its parent, and may change faster; the catalogue of specialties does not."""
    graph = GRAPHS["patient"]._schema
    assert graph.query_type is not None
    hints = cache_hints(GRAPHS["patient"])
    waiting = [graph.query_type.fields[name.removeprefix("Query.")].type for name in hints if name.startswith("Query.")]
    below: set[str] = set()
    while waiting:
        shown = get_named_type(waiting.pop())
        if isinstance(shown, GraphQLObjectType) and shown.name not in below:
            below.add(shown.name)
            waiting.extend(field.type for field in shown.fields.values())
    loads = {name for name, field in fields_of(graph_types=below).items() if field}
    assert {"Doctor.slots", "Doctor.nextSlot"} <= loads
    assert loads - hints.keys() == {"Specialty.name"}


def fields_of(graph_types: set[str]) -> Mapping[str, bool]:
    """Return whether each field of these types of the patient graph loads."""
    names = GRAPHS["patient"].config.name_converter
    return {
        f"{field.origin.__name__}.{names.get_graphql_name(field)}": LOADED in field.metadata
        for field in fields(GRAPHS["patient"])
        if field.origin is not None and field.origin.__name__ in graph_types
    }
