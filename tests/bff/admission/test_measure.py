"""The linear rule: hostile documents are counted at once, and figures are those of a slow reference."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest
from graphql import (
    DocumentNode,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    OperationDefinitionNode,
    Visitor,
    build_schema,
    get_introspection_query,
    get_named_type,
    is_abstract_type,
    parse,
    validate,
    visit,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis_graphql import mutations, nodes, queries

from bff.admission.limits import Limits, check
from bff.admission.measure import CEILING, Measured, measure
from bff.admission.weights import Weights
from bff.graphiql.examples import examples_of
from bff.refusals import Refused
from schema.__main__ import GRAPHS, sdl
from schema.common.principals import Audience
from tests.bff.admission.hostile import HOSTILE, Hostile, chained
from tests.bff.admission.reference import Reference
from tests.bff.admission.rewritten import Rewriting
from tests.journeys import operations

each_audience = pytest.mark.parametrize("audience", GRAPHS)
weights = cache(lambda audience: Weights(sdl(audience)))


@cache
def graph(audience: Audience) -> GraphQLSchema:
    return build_schema(sdl(audience))


def first_operation(document: DocumentNode) -> OperationDefinitionNode:
    return next(each for each in document.definitions if isinstance(each, OperationDefinitionNode))


def measured(query: str, variables: Mapping[str, Any] = {}, audience: Audience = "patient") -> Measured:
    document = parse(query)
    return measure(document, first_operation(document), variables, weights(audience))


class Counter(Visitor):
    """Counts the nodes of a document."""

    nodes = 0

    def enter(self, *_: object) -> None:
        """Count one."""
        self.nodes += 1


def node_count(query: str) -> int:
    counter = Counter()
    visit(parse(query), counter)
    return counter.nodes


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_document_is_refused_after_few_visits(hostile: Hostile) -> None:
    figures = measured(hostile.query)
    with pytest.raises(Refused) as refusal:
        check(figures, Limits())
    assert refusal.value.code == hostile.code
    assert refusal.value.extensions.get("limit") == {"root_fields": "rootFields"}.get(
        hostile.limit or "", hostile.limit
    )
    assert figures.visits <= 3 * node_count(hostile.query)


def test_figures_stop_at_what_every_reader_of_json_keeps() -> None:
    figures = measured(chained(150))
    assert (figures.height, figures.aliases, figures.directives) == (CEILING, CEILING, CEILING)
    assert measured("{ doctors(first: 2147483647) { nodes { crm { number } } } }").cost == 1 + 2 * (2**31 - 1)
    dear = chained(60).replace(
        "name: email @skip(if: true)", "records(first: 2147483647) { nodes { shares { doctor { id } } } }"
    )
    assert measured(dear).cost == CEILING


def test_a_chain_longer_than_pythons_stack_is_walked() -> None:
    chain = " ".join(f"fragment F{n} on Patient {{ ...F{n + 1} }}" for n in range(5_000))
    assert measured(f"{{ me {{ ...F0 }} }} {chain} fragment F5000 on Patient {{ name }}").depth == 2


EXACT = """
query Runs($first: Int = 2) @a {
  mine: me { ...Home records(first: $first) { nodes { id } } }
  specialties { name }
}
query Waits { me { ...Home ... @b { a: id } } specialties { name } doctors { pageInfo { hasNextPage } } }
fragment Home on Patient { shares @c { id doctor { crm { number } } } }
"""


def test_each_figure_is_what_its_docstring_says() -> None:
    figures = measured(EXACT)
    assert figures == Measured(
        tokens=85,
        depth=5,
        height=(1 + 1 + 5 + 3 + 2) + (1 + 1 + 5 + 1 + 1 + 2 + 3),
        aliases=2,
        root_fields=3,
        directives=4,
        cost=1 + 20 * 3 + 1 + 2 + 60,
        fault=None,
        visits=figures.visits,
    )


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("{\n  me {\n    ...F\n  }\n}", 3),
        ("{ me { ...F } }\nfragment F on Patient {\n\n ...F }", 4),
        ("{ me {\n ...F\n ...G } }", 2),
    ],
)
def test_the_first_fault_names_its_line_and_quotes_nothing(query: str, line: int) -> None:
    fault = measured(query).fault
    assert fault is not None
    assert fault.startswith(f"Line {line} ")
    assert "F" not in fault.removeprefix("Line")


def test_a_slicing_argument_that_is_required_is_missed() -> None:
    strict = Weights("""
    type Query { a(first: Int, last: Int = 3, b: Int): [Query] @listSize(slicingArguments: ["first", "last"]) }
    """)

    def fault(query: str) -> str | None:
        document = parse(query)
        return measure(document, first_operation(document), {}, strict).fault

    assert fault("{ a(b: 1) { a { __typename } } }") is None
    assert fault("{\n a(first: 1) { __typename } }") == (
        "Line 2 needs one of the arguments first, last, and no other of them."
    )


def test_of_several_slicing_arguments_the_largest_counts() -> None:
    both = Weights("""
    type Query { a(first: Int = 7, last: Int): [Query]
      @listSize(slicingArguments: ["first", "last"], requireOneSlicingArgument: false) }
    """)

    def cost(query: str) -> int:
        document = parse(query)
        return measure(document, first_operation(document), {}, both).cost

    assert [cost(f"{{ a(last: {last}) {{ __typename }} }}") for last in (3, 9)] == [7, 9]


def test_introspection_is_free_and_fits() -> None:
    query = get_introspection_query(
        specified_by_url=True, directive_is_repeatable=True, schema_description=True, input_value_deprecation=True
    )
    figures = measured(query)
    assert (figures.cost, figures.depth, figures.height) == (0, 15, 239)
    check(figures, Limits())


@each_audience
def test_examples_fit_with_room_to_spare(audience: Audience) -> None:
    """Three times as much of each, twice as deep, would still fit."""
    examples = examples_of(audience)
    assert len(examples) >= 6
    for example in examples:
        figures = measured(example.query, audience=audience)
        assert 3 * figures.cost <= Limits().cost, example.name
        assert 3 * figures.height <= Limits().height, example.name
        assert 2 * figures.depth <= Limits().depth, example.name
        check(figures, Limits())


@pytest.mark.parametrize("name", [name for name in vars(operations) if name.isupper()])
def test_what_apps_send_fits(name: str) -> None:
    query: str = getattr(operations, name)
    document = parse(query)
    graphs = [audience for audience in GRAPHS if not validate(graph(audience), document)]
    assert graphs
    for audience in graphs:
        check(measured(query, {"days": 31}, audience), Limits())


def deepest(schema: GraphQLSchema, of: GraphQLNamedType) -> int:
    """Return the longest way down; without an end where a type leads back to itself."""
    if isinstance(of, GraphQLObjectType):
        return max(1 + deepest(schema, get_named_type(field.type)) for field in of.fields.values())
    possible = schema.get_possible_types(of) if is_abstract_type(of) else ()
    return max((deepest(schema, each) for each in possible), default=0)


@each_audience
def test_the_graphs_are_no_deeper_than_limits_says(audience: Audience) -> None:
    roots = [graph(audience).query_type, graph(audience).mutation_type]
    assert max(deepest(graph(audience), root) for root in roots if root) <= 9


SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "Date": st.just(nodes.String("2026-11-24")),
    "DateTime": st.just(nodes.String("2026-11-24T13:00:00Z")),
}


@each_audience
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_figures_equal_a_slow_references(audience: Audience, data: st.DataObject) -> None:
    """Generated operations, each in several ways: whole, in fragments, with page sizes in variables."""
    schema = graph(audience)
    query = data.draw(st.one_of(queries(schema, custom_scalars=SCALARS), mutations(schema, custom_scalars=SCALARS)))
    same_each_way(audience, query, {})
    for _ in range(4):
        rewriting = Rewriting(schema, data.draw(st.randoms(use_true_random=True)))
        same_each_way(audience, rewriting.text(query), rewriting.variables)


def same_each_way(audience: Audience, query: str, variables: Mapping[str, Any]) -> None:
    document = parse(query)
    assert validate(graph(audience), document) == []
    operation = first_operation(document)
    figures = measure(document, operation, variables, weights(audience))
    reference = Reference(graph(audience), document, operation, variables)
    expected = (reference.depth(), reference.height(), reference.cost(), None)
    assert (figures.depth, figures.height, figures.cost, figures.fault) == expected
    assert figures.visits <= 3 * node_count(query)
