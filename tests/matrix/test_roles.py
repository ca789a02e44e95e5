"""Every field of every graph x everybody who might ask for it, against what people decided."""

import pytest

from schema.__main__ import GRAPHS, sdl
from schema.common.principals import Audience
from schema.permissions import permissions
from tests.matrix.decided import decided
from tests.matrix.rows import coordinates, expected, rows

pytestmark = pytest.mark.anyio

FIELDS = [(audience, field) for audience, graph in GRAPHS.items() for field in coordinates(graph)]


@pytest.mark.parametrize("audience", GRAPHS)
def test_somebody_has_decided_about_every_field_and_about_no_other(audience: Audience) -> None:
    """A new field is written into decisions/<audience>.txt, under those whom it is for."""
    assert sorted(coordinates(GRAPHS[audience])) == sorted(decided(audience))


@pytest.mark.parametrize("audience", GRAPHS)
def test_the_sdl_says_what_was_decided(audience: Audience) -> None:
    types = permissions(sdl(audience)).items()
    said = {f"{name}.{field}": of and frozenset(of) for name, fields in types for field, of in fields.items()}
    assert said == {field: roles and frozenset(roles) for field, roles in decided(audience).items()}


@pytest.mark.parametrize(("audience", "field"), FIELDS)
async def test_a_field_opens_to_those_whom_it_is_for_alone(audience: Audience, field: str) -> None:
    assert await rows(GRAPHS[audience], audience, field) == expected(audience, decided(audience)[field])
