import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

RECORD = """query Record($id: ID!) { record(id: $id) {
    id title category contentType sizeBytes sha256 createdAt downloadUrl
} }"""


async def test_a_shared_record_can_be_downloaded(ask: Asking, downstreams: Downstreams) -> None:
    data, errors = await ask.doctor(RECORD, id="rec_1")
    assert errors == {}
    assert data == {
        "record": {
            "id": "rec_1",
            "title": "Hemogram 1",
            "category": "EXAM",
            "contentType": "application/pdf",
            "sizeBytes": 2048,
            "sha256": "ab" * 32,
            "createdAt": "2026-10-01T12:00:00Z",
            "downloadUrl": "https://files.example/rec_1",
        }
    }
    assert downstreams.calls == {"records GET /records": 1, "records GET /download-urls": 1}


async def test_a_record_that_is_not_shared_is_null(ask: Asking, downstreams: Downstreams) -> None:
    assert await ask.doctor(RECORD, id="absent_1") == ({"record": None}, {})
    assert downstreams.calls == {"records GET /records": 1}
