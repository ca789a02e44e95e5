import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

WRITE = """mutation Write($input: WriteNoteInput!) { writeNote(input: $input) {
    __typename ... on NoteWritten { note { id text createdAt } }
} }"""
NOTE = {"appointmentId": "apt_1", "text": "Regular rhythm", "idempotencyKey": "key-1"}


async def test_a_note_is_kept(ask: Asking, downstreams: Downstreams) -> None:
    written = {"id": "note_1", "text": "Regular rhythm", "createdAt": "2026-11-24T14:00:00Z"}
    answer = await ask.doctor(WRITE, input=NOTE)
    assert answer == ({"writeNote": {"__typename": "NoteWritten", "note": written}}, {})
    assert downstreams.sent == {"records POST /notes": NOTE}


@pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        ((404, "NOT_FOUND"), "NotFound"),
        ((409, "IDEMPOTENCY_CONFLICT"), "IdempotencyConflict"),
        ((422, "INVALID_REQUEST"), "InvalidInput"),
    ],
)
async def test_a_refusal_is_a_problem(
    ask: Asking, downstreams: Downstreams, refusal: tuple[int, str], problem: str
) -> None:
    downstreams.refusals["records POST /notes"] = refusal
    answer = await ask.doctor(WRITE, input=NOTE)
    assert answer == ({"writeNote": {"__typename": problem}}, {})
