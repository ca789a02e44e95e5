"""Each kind of error has its code, and no exception's text reaches the answer or the log."""

import logging
from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any

import pytest
import strawberry
from graphql import GraphQLError, parse

from bff.admission.body import GraphQLRequest
from bff.engine.errors import ErrorPolicy
from bff.engine.execution import prepared, run
from clients.errors import (
    UpstreamConflict,
    UpstreamContract,
    UpstreamForbidden,
    UpstreamInvalid,
    UpstreamNotFound,
    UpstreamUnavailable,
)
from schema.common.errors import BadUserInput
from schema.common.messages import InputMistake
from schema.common.principals import Forbidden, Unauthenticated
from tests.bff.engine.contexts import OpenContext

pytestmark = pytest.mark.anyio

SECRET = "Ana Souza, CPF 123.456.789-09"
REQUEST_ID = "request-0001"
POLICY = ErrorPolicy(request_id=REQUEST_ID, language="en", max_errors=50)


@strawberry.enum
class Colour(Enum):
    RED = "red"


async def asked(resolve: Callable[[], Any], of: Any, *, query: str = "{ field }") -> dict[str, Any]:  # noqa: ANN401  whatever a field may be
    """Execute a query of one field, which `resolve` gives as type `of`; return the answer."""

    def resolver() -> Any:  # noqa: ANN401  as above
        return resolve()

    resolver.__annotations__["return"] = of
    graph = strawberry.Schema(type_of_root(resolver))._schema
    request = GraphQLRequest(query=query, operation_name=None, variables={})
    execution = prepared(graph, parse(query), request, max_errors=50, hide_suggestions=True)
    return await run(execution, OpenContext(), POLICY)


def type_of_root(resolver: Callable[[], Any]) -> type:
    root = type("Query", (), {"field": strawberry.field(resolver)})
    return strawberry.type(root)


async def told(fault: Exception) -> dict[str, Any]:
    """Return what a client learns of a resolver's fault."""

    def resolve() -> None:
        raise fault

    answer = await asked(resolve, str | None)
    (error,) = answer["errors"]
    assert answer["data"] == {"field": None}
    assert error["path"] == ["field"]
    assert error["locations"] == [{"line": 1, "column": 3}]
    assert error["extensions"]["requestId"] == REQUEST_ID
    return {"code": error["extensions"]["code"], "message": error["message"]}


FAULTS: dict[str, tuple[Exception, str, str]] = {
    "unauthenticated": (Unauthenticated(SECRET), "UNAUTHENTICATED", "This needs a signed-in person."),
    "without the role": (Forbidden(SECRET), "FORBIDDEN", "This is not allowed."),
    "forbidden": (UpstreamForbidden("erp", "FORBIDDEN"), "FORBIDDEN", "This is not allowed."),
    "unavailable": (
        UpstreamUnavailable("records", "ReadTimeout"),
        "UPSTREAM_UNAVAILABLE",
        "A service that this field needs did not answer.",
    ),
    "broken contract": (
        UpstreamContract("records", "not a Patient"),
        "UPSTREAM_UNAVAILABLE",
        "A service that this field needs did not answer.",
    ),
    "not found": (UpstreamNotFound("erp", "NOT_FOUND"), "BAD_USER_INPUT", "An argument is refused: NOT_FOUND."),
    "conflict": (UpstreamConflict("erp", "IN_USE"), "BAD_USER_INPUT", "An argument is refused: IN_USE."),
    "invalid": (
        UpstreamInvalid("scheduling", "INVALID_PERIOD"),
        "BAD_USER_INPUT",
        "An argument is refused: INVALID_PERIOD.",
    ),
    "bad input": (
        BadUserInput(InputMistake.PAGE_SIZE, maximum=100),
        "BAD_USER_INPUT",
        "first is between 1 and 100.",
    ),
    "a bug": (ValueError(SECRET), "INTERNAL", "Something went wrong on our side."),
    "a missing key": (KeyError(SECRET), "INTERNAL", "Something went wrong on our side."),
    "a resolver's GraphQL error": (GraphQLError(SECRET), "INTERNAL", "Something went wrong on our side."),
}


@pytest.mark.parametrize(("fault", "code", "message"), FAULTS.values(), ids=FAULTS.keys())
async def test_each_fault_is_told_by_its_code(
    caplog: pytest.LogCaptureFixture, fault: Exception, code: str, message: str
) -> None:
    caplog.set_level(logging.DEBUG)
    assert await told(fault) == {"code": code, "message": message}
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "cause", [ValueError(SECRET), UpstreamUnavailable("records", "ReadTimeout")], ids=["a bug", "an outage"]
)
async def test_neither_a_cause_nor_a_context_is_told(caplog: pytest.LogCaptureFixture, cause: Exception) -> None:
    caplog.set_level(logging.DEBUG)
    fault = RuntimeError(SECRET)
    fault.__cause__ = fault.__context__ = cause
    assert (await told(fault))["code"] == "INTERNAL"
    assert SECRET not in caplog.text


async def test_a_bug_is_logged_by_its_kind_and_place(caplog: pytest.LogCaptureFixture) -> None:
    await told(ValueError(SECRET))
    (record,) = caplog.records
    assert record.levelname == "ERROR"
    assert REQUEST_ID in record.getMessage()
    assert "ValueError at " in record.getMessage()
    assert "test_errors.py:" in record.getMessage()


async def test_an_outage_is_logged_by_the_services_name(caplog: pytest.LogCaptureFixture) -> None:
    await told(UpstreamUnavailable("records", "ReadTimeout"))
    assert [record.getMessage() for record in caplog.records] == [f"request {REQUEST_ID}: records: ReadTimeout"]


MISFITS: dict[str, tuple[object, Any]] = {
    "a text that is an object": ({"cpf": SECRET}, str | None),
    "an integer that is text": (SECRET, int | None),
    "an integer beyond 32 bits": (2**40, int | None),
    "an enum's value that is none": (SECRET, Colour | None),
    "a time that is text": (SECRET, datetime | None),
    "a list that is none": (7, list[int] | None),
}


@pytest.mark.parametrize(("value", "of"), MISFITS.values(), ids=MISFITS.keys())
async def test_a_value_that_does_not_fit_its_field_is_our_fault(
    caplog: pytest.LogCaptureFixture,
    value: object,
    of: Any,  # noqa: ANN401  a field's type
) -> None:
    """graphql-core's message quotes the value: it is nobody's to read."""
    caplog.set_level(logging.DEBUG)
    answer = await asked(lambda: value, of)
    (error,) = answer["errors"]
    assert error["extensions"]["code"] == "INTERNAL"
    assert error["message"] == "Something went wrong on our side."
    assert SECRET not in caplog.text


async def test_a_null_that_may_not_be_is_our_fault() -> None:
    answer = await asked(lambda: None, str)
    assert answer["data"] is None
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
