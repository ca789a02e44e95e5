import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

RECORD = """query Record($id: ID!) { record(id: $id) {
    id title status downloadUrl shares { id expiresAt doctor { name } }
} }"""


async def test_a_record_knows_with_whom_it_is_shared(ask: Asking) -> None:
    data, errors = await ask.patient(RECORD, id="rec_1")
    assert errors == {}
    assert data == {
        "record": {
            "id": "rec_1",
            "title": "Hemogram 1",
            "status": "READY",
            "downloadUrl": "https://files.example/rec_1",
            "shares": [{"id": "shr_1", "expiresAt": "2026-12-24T12:00:00Z", "doctor": {"name": "Doctor 1001"}}],
        }
    }


async def test_without_urls_and_shares_the_record_stays(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.refusals["records GET /download-urls"] = (503, "UNAVAILABLE")
    downstreams.refusals["records GET /shares/of-records"] = (503, "UNAVAILABLE")
    data, errors = await ask.patient(RECORD, id="rec_1")
    shown = {"id": "rec_1", "title": "Hemogram 1", "status": "READY", "downloadUrl": None, "shares": None}
    assert data == {"record": shown}
    assert errors == {"record.downloadUrl": "UpstreamUnavailable", "record.shares": "UpstreamUnavailable"}


async def test_a_patients_records_are_listed_by_category(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.size = 2
    data, errors = await ask.patient("{ me { records(filter: {category: EXAM}) { nodes { id } } } }")
    assert (data, errors) == ({"me": {"records": {"nodes": [{"id": "rec_1"}, {"id": "rec_2"}]}}}, {})
    query = {"patientIds": "pat_1", "category": "EXAM", "limit": "20"}
    assert downstreams.queries["records GET /records/of-patients"] == query


async def test_an_absent_record_is_null(ask: Asking) -> None:
    assert await ask.patient(RECORD, id="absent_1") == ({"record": None}, {})
