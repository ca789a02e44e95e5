"""Records keeps to its OpenAPI document whatever it is sent: calls are made up from the document."""

import asyncio
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import respx
import schemathesis
from hypothesis import HealthCheck, settings
from pydantic import SecretStr
from schemathesis.checks import not_a_server_error
from schemathesis.python.asgi import ASGIClient, get_client, shutdown_lifespans
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.common.aws import aws_client
from services.common.callers import CallerCheck
from services.common.clock import system_clock
from services.common.ids import new_id
from services.common.table_definition import table_definition
from services.records.app import records_app
from services.records.settings import Settings
from tests.services.records.world import ADMIN, NOBODY, SCHEDULING_URL, Keys, Person, Scheduling, aws_environment

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
PATIENT, DOCTOR = Person("pat_" + "0" * 26, "patient"), Person("doc_" + "0" * 26, "doctor")
CALLERS = {
    "register_patient": NOBODY,
    "confirm_patient": NOBODY,
    "find_login": NOBODY,
    "list_patients": ADMIN,
    "list_all_patients": ADMIN,
    "count_figures": ADMIN,
    "write_note": DOCTOR,
    "list_notes": DOCTOR,
    "append_audit_events": Person("bff", "service"),
    "audit_ready": Person("bff", "service"),
    "search_audit": Person("adm_" + "1" * 26, "erp", ("auditor",)),
    "open_emergency_access": DOCTOR,
}
SETTINGS = Settings(
    port=0,
    table="",
    caller_keys={},
    bucket="records",
    kms_key_id="key",
    scheduling_url=SCHEDULING_URL,
    signing_key=SecretStr(""),
)

schema = schemathesis.openapi.from_dict(records_app(SETTINGS).openapi())


@pytest.fixture(scope="module")
def service(ministack_url: str, keys: Keys) -> Iterator[ASGIClient]:
    """Run the service whose document it is, over a table of its own."""
    table = new_id("table", system_clock())

    async def create() -> None:
        async with aws_client("dynamodb") as dynamodb:
            await dynamodb.create_table(**table_definition(table))

    scheduling = Scheduling(check=CallerCheck(keys.callers()))

    def every_appointment_is_the_doctors(request: httpx.Request) -> httpx.Response:
        for appointment_id in request.url.params["ids"].split(","):
            scheduling.book(appointment_id, PATIENT.actor, DOCTOR.actor)
        return scheduling.answer(request)

    with aws_environment(ministack_url), respx.mock(assert_all_called=False) as downstream:
        scheduling.doctors[DOCTOR.actor] = "ACTIVE"
        downstream.get(f"{SCHEDULING_URL}/doctors").mock(side_effect=scheduling.answer)
        downstream.get(f"{SCHEDULING_URL}/appointments").mock(side_effect=every_appointment_is_the_doctors)
        asyncio.run(create())
        app: Any = records_app(
            SETTINGS.model_copy(
                update={"table": table, "caller_keys": keys.callers(), "signing_key": keys.signing_key()}
            )
        )
        with get_client(app) as client:
            yield client
        shutdown_lifespans()


@schema.parametrize()
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_promises(
    case: schemathesis.Case[Any], service: ASGIClient, keys: Keys
) -> None:
    caller = CALLERS.get(case.operation.definition.raw["operationId"], PATIENT)
    case.call_and_validate(service.base_url, service, headers=keys.headers(caller), checks=CHECKS)
