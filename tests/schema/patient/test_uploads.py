import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

START = """mutation Start($input: StartRecordUploadInput!) { it: startRecordUpload(input: $input) {
    __typename ... on RecordUploadStarted { record { id status } uploadUrl headers { name value } }
    ... on Problem { code }
} }"""
FINISH = """mutation { it: finishRecordUpload(input: {recordId: "rec_1"}) {
    __typename ... on RecordUploadFinished { record { id status } } ... on Problem { code }
} }"""
FILE = {
    "title": "Hemogram",
    "category": "EXAM",
    "contentType": "application/pdf",
    "sizeBytes": 2048,
    "sha256": "ab" * 32,
    "idempotencyKey": "key-1",
}


async def test_an_upload_says_where_to_put_the_bytes(ask: Asking, downstreams: Downstreams) -> None:
    data, errors = await ask.patient(START, input=FILE)
    assert errors == {}
    assert data == {
        "it": {
            "__typename": "RecordUploadStarted",
            "record": {"id": "rec_1", "status": "PENDING"},
            "uploadUrl": "https://files.example/upload",
            "headers": [{"name": "Content-Type", "value": "application/pdf"}],
        }
    }
    assert downstreams.sent == {"records POST /records": FILE}


async def test_a_finished_upload_is_ready(ask: Asking) -> None:
    record = {"id": "rec_1", "status": "READY"}
    assert await ask.patient(FINISH) == ({"it": {"__typename": "RecordUploadFinished", "record": record}}, {})


@pytest.mark.parametrize(
    ("call", "refusal", "problem"),
    [
        ("records POST /records", (422, "UNSUPPORTED_TYPE"), "UnsupportedType"),
        ("records POST /records", (422, "TOO_LARGE"), "TooLarge"),
        ("records POST /records", (422, "INVALID_REQUEST"), "InvalidInput"),
        ("records POST /records", (409, "IDEMPOTENCY_CONFLICT"), "IdempotencyConflict"),
        ("records POST /records/{id}/finish", (404, "NOT_FOUND"), "NotFound"),
        ("records POST /records/{id}/finish", (409, "UPLOAD_MISSING"), "UploadMissing"),
        ("records POST /records/{id}/finish", (409, "UPLOAD_MISMATCH"), "UploadMismatch"),
    ],
)
async def test_an_upload_may_be_refused(
    ask: Asking, downstreams: Downstreams, call: str, refusal: tuple[int, str], problem: str
) -> None:
    downstreams.refusals[call] = refusal
    operation, variables = (FINISH, {}) if "finish" in call else (START, {"input": FILE})
    data, errors = await ask.patient(operation, **variables)
    assert errors == {}
    assert data is not None
    assert data["it"]["__typename"] == problem
