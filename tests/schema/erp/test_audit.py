import pytest

from tests.schema import samples
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

EVENTS = """query Events($filter: AuditFilter) { auditEvents(filter: $filter, first: 2) { nodes {
    id sequence actorId pool roles patientId kind operation fields deniedFields decision at recordedAt requestId
    patient { name } doctor { name }
} } }"""


async def test_an_auditor_reads_events(ask: Asking) -> None:
    data, errors = await ask.erp(EVENTS)

    assert errors == {}
    assert data is not None
    assert data["auditEvents"]["nodes"][0] == {
        "id": f"{'ab' * 16}.pat_1",
        "sequence": 1,
        "actorId": "doc_1",
        "pool": "DOCTOR",
        "roles": [],
        "patientId": "pat_1",
        "kind": "QUERY",
        "operation": "ReadRecord",
        "fields": ["MedicalRecord.title"],
        "deniedFields": [],
        "decision": "ALLOWED",
        "at": "2026-11-24T12:00:00Z",
        "recordedAt": "2026-11-24T12:00:01Z",
        "requestId": "cd" * 16,
        "patient": {"name": "Patient 1"},
        "doctor": {"name": "Doctor 1"},
    }


async def test_a_filter_is_passed_on(ask: Asking, downstreams: Downstreams) -> None:
    wanted = {
        "patientId": "pat_1",
        "actorId": "doc_1",
        "decision": "EMERGENCY",
        "from": "2026-11-24T00:00:00Z",
        "to": "2026-11-25T00:00:00Z",
    }

    _, errors = await ask.erp(EVENTS, filter=wanted)

    assert errors == {}
    assert downstreams.queries["records GET /audit/events"] == {
        "patientId": "pat_1",
        "actor": "doc_1",
        "decision": "EMERGENCY",
        "from": "2026-11-24T00:00:00Z",
        "to": "2026-11-25T00:00:00Z",
        "limit": "2",
    }


async def test_a_period_ends_after_its_beginning(ask: Asking, downstreams: Downstreams) -> None:
    same = {"from": "2026-11-24T00:00:00Z", "to": "2026-11-24T00:00:00Z"}

    assert (await ask.erp(EVENTS, filter=same)).errors == {"auditEvents": "BadUserInput"}
    assert not downstreams.calls


async def test_an_event_may_concern_nobody_in_particular(ask: Asking, downstreams: Downstreams) -> None:
    entry = samples.audit_entry(1) | {"patientId": None, "actor": "adm_2", "pool": "erp", "roles": ["finance"]}
    downstreams.answers["records GET /audit/events"] = {"items": [entry], "next": None}

    data, errors = await ask.erp(EVENTS)

    assert errors == {}
    assert data is not None
    [event] = data["auditEvents"]["nodes"]
    assert (event["patient"], event["doctor"], event["roles"]) == (None, None, ["finance"])


@pytest.mark.parametrize("role", ["finance", "support"])
async def test_only_auditors_and_the_role_admin_read_it(ask: Asking, downstreams: Downstreams, role: str) -> None:
    ask.roles = frozenset({role})

    assert (await ask.erp(EVENTS)).errors == {"auditEvents": "Forbidden"}
    assert not downstreams.calls
    assert ask.trail.refused == [(None, "Query.auditEvents")]
