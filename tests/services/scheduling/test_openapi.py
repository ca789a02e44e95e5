"""The service keeps to its OpenAPI document whatever it is sent: calls are made up from the document."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from services.scheduling.app import scheduling_app
from services.scheduling.settings import Settings
from tests.services.scheduling.serving import serving
from tests.services.scheduling.world import HOURS, MovableClock, registration
from tests.services.tokens import ADMIN, DOCTOR, EVENTS, NOBODY, PATIENT, RECORDS, Issuers, Person

EXAMPLES: Final = 8
CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# Who is let in; everybody else meets the same 403.
CALLERS: Final = {
    "put_doctor": EVENTS,
    "put_meeting": EVENTS,
    "availability": DOCTOR,
    "put_availability": DOCTOR,
    "book": PATIENT,
    "cancel": PATIENT,
    "confirm": DOCTOR,
    "decline": DOCTOR,
    "complete": DOCTOR,
    "appointments_of_patients": ADMIN,
    "appointments_of_doctors": ADMIN,
    "all_appointments": ADMIN,
    "pending_counts": ADMIN,
    "agendas": ADMIN,
    "care_relations": RECORDS,
    "patients_of_doctors": DOCTOR,
    "figures": ADMIN,
}

SETTINGS: Final = Settings(port=0, table="", caller_keys={}, mongo_url="", mongo_database="")
REAL: Final = dict.fromkeys(("doctor_id", "doctorId", "doctorIds"), DOCTOR.actor) | {"patientIds": PATIENT.actor}

schema = schemathesis.openapi.from_dict(scheduling_app(SETTINGS, MovableClock()).openapi())


@pytest.fixture(scope="module")
def url(ministack_url: str, mongo_url: str, issuers: Issuers) -> Iterator[str]:
    """Serve the service whose document it is."""
    with serving(ministack_url, mongo_url, issuers) as urls:
        yield urls[0]


@pytest.fixture(scope="module")
def appointment_id(url: str, issuers: Issuers) -> str:
    """Book with a doctor who works around the clock."""
    with httpx.Client(base_url=url) as http:

        def call(method: str, path: str, caller: Person, body: Mapping[str, object] | None = None) -> httpx.Response:
            return http.request(method, path, json=body, headers=issuers.headers(caller)).raise_for_status()

        call("PUT", f"/doctors/{DOCTOR.actor}", EVENTS, registration().model_dump(mode="json"))
        always = [{"weekday": weekday, "startsAt": "00:00", "endsAt": "24:00"} for weekday in range(7)]
        call("PUT", f"/doctors/{DOCTOR.actor}/availability", DOCTOR, HOURS | {"rules": always})
        slot = call("GET", f"/next-slots?doctorIds={DOCTOR.actor}", PATIENT).json()[0]["slot"]
        booking = {"doctorId": DOCTOR.actor, "startsAt": slot["startsAt"], "reason": "", "idempotencyKey": "k"}
        booked = call("POST", "/appointments", PATIENT, booking | {"telemedicineConsent": True})
        return str(booked.json()["id"])


@pytest.mark.parametrize("real", [False, True], ids=["any ids", "real ids"])
@schema.parametrize()
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_one_that_the_document_promises(
    case: schemathesis.Case[Any], url: str, issuers: Issuers, appointment_id: str, real: bool
) -> None:
    if real:
        known = REAL | {"appointment_id": appointment_id}
        for parameters in (case.path_parameters, case.query):
            parameters |= {name: value for name, value in known.items() if name in parameters}
    caller = CALLERS.get(case.operation.definition.raw["operationId"], NOBODY)
    case.call_and_validate(url, headers=issuers.headers(caller), checks=CHECKS)
