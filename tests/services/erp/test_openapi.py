"""The ERP keeps to its OpenAPI document whatever it is sent: calls are made up from the document."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.python.asgi import ASGIClient, get_client, shutdown_lifespans
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.common.aws import aws_client
from services.common.table_definition import table_definition
from services.erp.app import erp_app
from services.erp.settings import Settings
from tests.services import emulators
from tests.services.erp.world import NEW_DOCTOR
from tests.services.tokens import ADMIN, EVENTS, Issuers, random_id

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
CALLERS = {"/logins": NEW_DOCTOR, "/invoices/{appointment_id}": EVENTS}
DOCUMENT = erp_app(Settings(port=0, table="", caller_keys={})).openapi()

schema = schemathesis.openapi.from_dict(DOCUMENT)


@pytest.fixture(scope="module")
def service(ministack_url: str, issuers: Issuers) -> Iterator[ASGIClient]:
    """Run the service whose document it is."""
    table = random_id("erp")

    async def create() -> None:
        async with aws_client("dynamodb") as dynamodb:
            await dynamodb.create_table(**table_definition(table))

    with emulators.aws_environment(ministack_url):
        asyncio.run(create())
        app: Any = erp_app(Settings(port=0, table=table, caller_keys=issuers.public()))
        with get_client(app) as client:
            yield client
        shutdown_lifespans()


@schema.parametrize()
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_promises(
    case: schemathesis.Case[Any], service: ASGIClient, issuers: Issuers
) -> None:
    caller = CALLERS.get(case.operation.path, ADMIN)
    case.call_and_validate(service.base_url, service, headers=issuers.headers(caller), checks=CHECKS)


def test_each_operation_is_named_after_its_function() -> None:
    names = {operation["operationId"] for path in DOCUMENT["paths"].values() for operation in path.values()}
    assert names == {
        "find_login",
        "admins",
        "register_doctor",
        "suspend_doctor",
        "doctors",
        "all_doctors",
        "put_invoice",
        "invoices",
        "all_invoices",
        "figures",
    }
