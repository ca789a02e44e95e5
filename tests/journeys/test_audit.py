"""Who read a patient's data is written down, and the patient and the auditors can read it."""

import asyncio
import signal
import sys
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.journeys import operations as op
from tests.journeys.graph import Graph, GraphOf
from tests.journeys.newcomers import registered_patient, uploaded_record
from tests.journeys.processes import another, environment_of
from tests.journeys.waiting import until
from tests.journeys.watching import at, events
from tests.platform import Platform

pytestmark = [pytest.mark.anyio, pytest.mark.platform, pytest.mark.usefixtures("aws")]

BRUNO, DIEGO = "123456/SP", "654321/RJ"
LOG = """query Log { me { id accessLog(first: 50) {
    nodes { kind operation pool fields deniedFields decision doctor { id name } }
} } }"""
ACCESS = """mutation Access($input: RequestEmergencyAccessInput!) { requestEmergencyAccess(input: $input) {
    __typename ... on EmergencyAccessOpened { access { expiresAt } } ... on Problem { code }
} }"""
AUDIT = """query Audit($filter: AuditFilter) { auditEvents(filter: $filter, first: 50) {
    nodes { actorId kind operation decision fields deniedFields patientId doctor { name } }
} }"""
ALERTS = "subscription { notificationReceived { kind doctor { name } } }"
APPOINTMENTS = "query WhileDown { me { appointments(first: 5) { nodes { id status } } } }"
SHARED = """query Shared($id: ID!) { patient(id: $id) { name sharedRecords { nodes { id title downloadUrl } } } }"""


async def log_of(patient: Graph) -> list[dict[str, Any]]:
    """Return what others did with the patient's data, the latest first."""
    nodes = (await patient.ask(LOG))["me"]["accessLog"]["nodes"]
    return [each for each in nodes if each["pool"] != "PATIENT"]


async def test_a_patient_sees_who_read_a_shared_record(
    platform: Platform, graph: GraphOf, http: httpx.AsyncClient
) -> None:
    ana, bruno, diego = await registered_patient(platform, graph, http), graph("doctor", BRUNO), graph("doctor", DIEGO)
    record_id = await uploaded_record(ana, http)
    doctor_id = (await bruno.ask("{ me { id } }"))["me"]["id"]
    expires_at = (platform.now() + timedelta(hours=1)).isoformat()
    await ana.do(op.SHARE, input={"recordIds": [record_id], "doctorId": doctor_id, "expiresAt": expires_at})

    assert (await bruno.ask(op.READ_RECORD, id=record_id))["record"]["title"]
    assert (await diego.ask(op.READ_RECORD, id=record_id))["record"] is None

    denied, read = await log_of(ana)
    assert (read["decision"], read["operation"], read["doctor"]["id"]) == ("ALLOWED", "Read", doctor_id)
    assert read["fields"] == ["MedicalRecord.downloadUrl", "MedicalRecord.id", "MedicalRecord.title", "Query.record"]
    assert (denied["decision"], denied["fields"], denied["deniedFields"]) == ("DENIED", [], ["Query.record"])
    assert denied["doctor"]["id"] != doctor_id


async def test_an_emergency_opens_the_records_and_tells_everybody(
    platform: Platform, graph: GraphOf, http: httpx.AsyncClient
) -> None:
    ana, bruno, auditor = await registered_patient(platform, graph, http), graph("doctor", BRUNO), graph("erp")
    record_id = await uploaded_record(ana, http)
    patient_id = (await ana.ask("{ me { id } }"))["me"]["id"]
    asked = {"patientId": patient_id, "reason": "Inconsciente na emergência"}
    assert (await bruno.ask(op.READ_RECORD, id=record_id))["record"] is None
    assert (await bruno.do(ACCESS, input={**asked, "reason": " "}))["code"] == "JUSTIFICATION_REQUIRED"

    async with events(ana, ALERTS) as alerts:
        assert (await bruno.do(ACCESS, input=asked))["__typename"] == "EmergencyAccessOpened"
        alert = (await asyncio.wait_for(anext(alerts), 20))["data"]["notificationReceived"]

    assert (alert["kind"], alert["doctor"]["name"]) == (
        "EMERGENCY_ACCESS",
        (await bruno.ask("{ me { name } }"))["me"]["name"],
    )
    assert (await bruno.ask(op.READ_RECORD, id=record_id))["record"]["id"] == record_id
    shared = (await bruno.ask(SHARED, id=patient_id))["patient"]["sharedRecords"]["nodes"]
    assert [each["id"] for each in shared] == [record_id]
    log = [(each["kind"], each["operation"], each["decision"]) for each in await log_of(ana)]
    assert log == [
        ("QUERY", "Shared", "EMERGENCY"),
        ("QUERY", "Read", "EMERGENCY"),
        ("MUTATION", "Access", "ALLOWED"),
        ("EMERGENCY_ACCESS", None, "EMERGENCY"),
        ("QUERY", "Read", "DENIED"),
    ]
    found = await auditor.ask(AUDIT, filter={"patientId": patient_id, "decision": "EMERGENCY"})
    assert sorted(each["kind"] for each in found["auditEvents"]["nodes"]) == ["EMERGENCY_ACCESS", "QUERY", "QUERY"]
    assert (await verified(platform, patient_id))[0] == 0


async def test_what_is_read_while_the_sink_is_down_is_not_lost(
    platform: Platform, graph: GraphOf, tmp_path: Path
) -> None:
    """Reads are served and writes refused; the events outlive the BFF that is killed, and arrive once."""
    doctor, auditor = graph("doctor", DIEGO), graph("erp")
    doctor_id = (await doctor.ask("{ me { id } }"))["me"]["id"]
    async with AsyncExitStack() as stack:
        records = await stack.enter_async_context(another(platform, "records"))
        where = {"HEALTHMED_RECORDS_URL": records.url, "HEALTHMED_AUDIT_FOLDER": str(tmp_path)}
        bff = await stack.enter_async_context(another(platform, "bff", **where))
        here = at(doctor, bff)
        await records.stop(signal.SIGKILL)

        shown = (await here.ask(APPOINTMENTS))["me"]["appointments"]["nodes"]
        refused = await here.send(op.CONFIRM, input={"appointmentId": shown[0]["id"]})
        assert refused.json()["errors"][0]["extensions"]["code"] == "UPSTREAM_UNAVAILABLE"
        assert refused.status_code == 503
        assert waiting(tmp_path)

        await bff.stop(signal.SIGKILL)
        await records.start()
        await bff.start()

        async def arrived() -> list[Any] | None:
            found = await auditor.ask(AUDIT, filter={"actorId": doctor_id})
            return [each for each in found["auditEvents"]["nodes"] if each["operation"] == "WhileDown"] or None

        events_of = await until(arrived)
    assert all(each["fields"][0] == "Appointment.id" for each in events_of)
    assert len({each["patientId"] for each in events_of}) == len(events_of)


def waiting(folder: Path) -> list[Path]:
    """Return the batches of events that wait."""
    return list(folder.glob("*.json"))


async def verified(platform: Platform, patient_id: str) -> tuple[int, str]:
    """Run `verify-audit` for one patient as the service's operator would."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "services.records",
        "verify-audit",
        "--patient",
        patient_id,
        env=environment_of(platform.processes["records"]),
        stdout=asyncio.subprocess.PIPE,
    )
    told, _ = await process.communicate()
    return process.returncode or 0, told.decode()
