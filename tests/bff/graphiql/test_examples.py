"""The examples are held against the committed graphs: a renamed field breaks this test, not a reader's first click."""

import json
from pathlib import Path

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate
from graphql.execution.values import get_variable_values

import schema
from bff.graphiql.examples import Example, examples_of
from schema.common.principals import Audience

AUDIENCES: tuple[Audience, ...] = ("patient", "doctor", "erp")


def graph(audience: Audience) -> GraphQLSchema:
    return build_schema((Path(schema.__path__[0]) / audience / "schema.graphql").read_text(encoding="utf-8"))


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_example_is_valid_in_its_graph(audience: Audience) -> None:
    wrong = {
        example.name: [error.message for error in validate(graph(audience), parse(example.query))]
        for example in examples_of(audience)
    }

    assert {name: errors for name, errors in wrong.items() if errors} == {}


@pytest.mark.parametrize("audience", AUDIENCES)
def test_every_examples_variables_fit_its_graph(audience: Audience) -> None:
    wrong = {example.name: variable_errors(graph(audience), example) for example in examples_of(audience)}

    assert {name: errors for name, errors in wrong.items() if errors} == {}


def variable_errors(graph: GraphQLSchema, example: Example) -> list[str]:
    [operation] = [node for node in parse(example.query).definitions if isinstance(node, OperationDefinitionNode)]
    values = get_variable_values(graph, operation.variable_definitions or (), json.loads(example.variables or "{}"))
    return [error.message for error in values] if isinstance(values, list) else []


@pytest.mark.parametrize("audience", AUDIENCES)
def test_examples_explain_themselves_and_the_first_one_asks(audience: Audience) -> None:
    """The page opens with the first example, so it is a query, which can be run without harm."""
    examples = examples_of(audience)

    assert examples[0].kind == "query"
    for example in examples:
        assert example.title
        assert example.description
        assert example.operation
        assert not example.query.startswith("#")
