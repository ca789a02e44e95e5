"""The graphs say how long their lists are: one that does not would be guessed at."""

from collections.abc import Iterator

import pytest
from graphql import GraphQLField, GraphQLObjectType, build_schema, get_nullable_type, is_leaf_type, is_list_type

from schema.__main__ import GRAPHS, sdl
from schema.common.costs import cost, list_size
from schema.common.principals import Audience

each_audience = pytest.mark.parametrize("audience", GRAPHS)


def fields(audience: Audience) -> Iterator[tuple[str, GraphQLField]]:
    """Yield each field of the graph's objects, as `Doctor.slots`."""
    for each in build_schema(sdl(audience)).type_map.values():
        if isinstance(each, GraphQLObjectType) and not each.name.startswith("__"):
            yield from ((f"{each.name}.{name}", field) for name, field in each.fields.items())


def sized(field: GraphQLField) -> tuple[str, ...]:
    """Return the arguments of the field's `@listSize`; nothing where there is none."""
    assert field.ast_node
    printed = [used for used in field.ast_node.directives or () if used.name.value == "listSize"]
    return tuple(argument.name.value for used in printed for argument in used.arguments or ())


def is_list_of_objects(field: GraphQLField) -> bool:
    shown = get_nullable_type(field.type)
    return is_list_type(shown) and not is_leaf_type(get_nullable_type(shown.of_type))


@each_audience
def test_every_list_of_objects_says_its_size_or_its_connection_does(audience: Audience) -> None:
    lists = {name: sized(field) for name, field in fields(audience) if is_list_of_objects(field)}
    assert len(lists) > 10
    for name, said in lists.items():
        assert said == (() if name.endswith(("Connection.edges", "Connection.nodes")) else ("assumedSize",)), name


@each_audience
def test_every_connection_is_sized_by_first(audience: Audience) -> None:
    connections = {
        name: sized(field)
        for name, field in fields(audience)
        if str(get_nullable_type(field.type)).endswith("Connection")
    }
    assert connections
    assert set(connections.values()) == {("slicingArguments", "sizedFields", "requireOneSlicingArgument")}


@each_audience
def test_the_directives_are_the_specifications(audience: Audience) -> None:
    sizes = "assumedSize: Int, slicingArguments: [String!], sizedFields: [String!]"
    printed = sdl(audience).splitlines()
    assert f"directive @listSize({sizes}, requireOneSlicingArgument: Boolean = true) on FIELD_DEFINITION" in printed
    assert "directive @cost(weight: String!) on FIELD_DEFINITION" in printed


def test_a_weight_is_text_and_a_size_a_number() -> None:
    assert cost(5).weight == "5"
    assert list_size(7).assumed_size == 7
