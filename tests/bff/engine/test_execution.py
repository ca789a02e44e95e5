"""An operation's answer as GraphQL over HTTP sends it."""

from collections.abc import Mapping
from typing import Any

import pytest
import strawberry
from graphql import DocumentNode, parse

from bff.admission.body import GraphQLRequest
from bff.engine.errors import ErrorPolicy
from bff.engine.execution import Execution, prepared, run
from bff.refusals import InvalidRequest
from tests.bff.engine.contexts import OpenContext

pytestmark = pytest.mark.anyio


def added(one: int, two: int = 2) -> int:
    return one + two


async def waited(info: strawberry.Info[str, None]) -> str:
    return f"for {info.context}"


def broken() -> int | None:
    raise ZeroDivisionError


@strawberry.type
class Query:
    sum: int = strawberry.field(resolver=added)
    waited: str = strawberry.field(resolver=waited)
    broken: int | None = strawberry.field(resolver=broken)


class Ana(OpenContext):
    """A context."""

    def __str__(self) -> str:
        return "Ana"


GRAPH = strawberry.Schema(Query)._schema
MAX_ERRORS = 3
POLICY = ErrorPolicy(request_id="request-0001", language="en", max_errors=MAX_ERRORS)


def execution(document: DocumentNode, request: GraphQLRequest) -> Execution:
    return prepared(GRAPH, document, request, max_errors=MAX_ERRORS, hide_suggestions=True)


async def answer(query: str, name: str | None = None, variables: Mapping[str, Any] | None = None) -> dict[str, Any]:
    request = GraphQLRequest(query=query, operation_name=name, variables=variables or {})
    return await run(execution(parse(query), request), Ana(), POLICY)


async def test_data_is_alone_where_nothing_went_wrong() -> None:
    assert await answer("{ sum(one: 1) }") == {"data": {"sum": 3}}


async def test_a_resolver_may_wait_and_sees_the_context() -> None:
    assert await answer("{ waited }") == {"data": {"waited": "for Ana"}}


async def test_errors_come_first_so_that_nobody_overlooks_them() -> None:
    given = await answer("{ broken sum(one: 1) }")
    assert list(given) == ["errors", "data"]
    assert given["data"] == {"broken": None, "sum": 3}


async def test_the_named_operation_runs() -> None:
    query = "query A { sum(one: 1) } query B { sum(one: 2) }"
    assert [await answer(query, name) for name in "AB"] == [{"data": {"sum": 3}}, {"data": {"sum": 4}}]


async def test_variables_are_coerced() -> None:
    assert await answer("query ($n: Int!) { sum(one: $n) }", variables={"n": 5}) == {"data": {"sum": 7}}


@pytest.mark.parametrize("variables", [{}, {"n": None}, {"n": "five"}, {"n": 1.5}, {"n": 2**40}, {"n": [1, 2]}])
async def test_a_variable_that_does_not_fit_stops_the_request(variables: Mapping[str, Any]) -> None:
    with pytest.raises(InvalidRequest) as invalid:
        await answer("query ($n: Int!) { sum(one: $n) }", variables=variables)
    assert {"$n" in error.message for error in invalid.value.errors} == {True}


async def test_a_null_for_an_argument_that_needs_a_value_is_the_clients_mistake() -> None:
    given = await answer("query ($n: Int = 1) { sum(one: 1, two: $n) }", variables={"n": None})
    assert {each["extensions"]["code"] for each in given["errors"]} == {"BAD_USER_INPUT"}


async def test_no_more_errors_are_told_than_the_most() -> None:
    query = "{ " + " ".join(f"a{n}: broken" for n in range(MAX_ERRORS + 1)) + " }"
    given = await answer(query)
    assert [each["path"] for each in given["errors"]] == [["a0"], ["a1"], ["a2"]]
    assert len(given["data"]) == MAX_ERRORS + 1


def test_what_would_run_is_known_before_it_does() -> None:
    request = GraphQLRequest(query=None, operation_name="B", variables={"n": 5})
    document = parse("query A { waited } query B($n: Int!, $m: Int = 7) { sum(one: $n, two: $m) }")
    given = execution(document, request)
    assert given.operation.name is not None
    assert given.operation.name.value == "B"
    assert given.variable_values.coerced == {"n": 5, "m": 7}
