import pytest

from tests.schema import samples
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

LOG = """query Log($after: String) { me { accessLog(first: 2, after: $after) {
    nodes { id pool kind operation fields deniedFields decision at doctor { name } } pageInfo { endCursor hasNextPage }
} } }"""


async def test_a_patient_reads_who_did_what(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.answers["records GET /audit/of-patients"] = [
        {
            "patientId": "pat_1",
            "items": [
                samples.audit_entry(1),
                samples.audit_entry(2)
                | {"patientId": "pat_1", "pool": "erp", "actor": "adm_1", "decision": "DENIED", "fields": []},
            ],
            "next": "2",
        }
    ]

    data, errors = await ask.patient(LOG)

    assert errors == {}
    assert data is not None
    first, second = data["me"]["accessLog"]["nodes"]
    assert first == {
        "id": f"{'ab' * 16}.pat_1",
        "pool": "DOCTOR",
        "kind": "QUERY",
        "operation": "ReadRecord",
        "fields": ["MedicalRecord.title"],
        "deniedFields": [],
        "decision": "ALLOWED",
        "at": "2026-11-24T12:00:00Z",
        "doctor": {"name": "Doctor 1"},
    }
    assert (second["pool"], second["decision"], second["doctor"]) == ("ERP", "DENIED", None)
    await ask.patient(LOG, after=data["me"]["accessLog"]["pageInfo"]["endCursor"])
    assert downstreams.queries["records GET /audit/of-patients"] == {"patientIds": "pat_1", "limit": "2", "after": "2"}


async def test_an_outage_takes_the_log_alone(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.down.add("records")

    data, errors = await ask.patient("{ me { id accessLog { nodes { id } } } }")

    assert (data, errors) == ({"me": {"id": "pat_1", "accessLog": None}}, {"me.accessLog": "UpstreamUnavailable"})
