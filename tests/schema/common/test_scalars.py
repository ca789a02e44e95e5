import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

SHARE = """mutation Share($until: DateTime!) {
    shareRecords(input: {recordIds: ["rec_1"], doctorId: "doc_1", expiresAt: $until}) { __typename }
}"""


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("2026-12-24T12:00:00Z", "2026-12-24T12:00:00Z"),
        ("2026-12-24T12:00:00-03:00", "2026-12-24T15:00:00Z"),
    ],
)
async def test_an_instant_travels_in_utc(ask: Asking, downstreams: Downstreams, given: str, sent: str) -> None:
    _, errors = await ask.patient(SHARE, until=given)
    assert errors == {}
    assert downstreams.sent["records POST /shares"]["expiresAt"] == sent


@pytest.mark.parametrize("given", ["2026-12-24T12:00:00", "tomorrow", 5, "0001-01-01T00:00:00+14:00"])
async def test_what_is_no_instant_is_refused_without_a_call(
    ask: Asking, downstreams: Downstreams, given: object
) -> None:
    data, errors = await ask.patient(SHARE, until=given)
    assert data is None
    assert errors
    assert not downstreams.calls
