import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

SHARE = """mutation Share($input: ShareRecordsInput!) { it: shareRecords(input: $input) {
    __typename ... on RecordsShared { shares { id doctor { name } } } ... on Problem { code }
} }"""
REVOKE = """mutation { it: revokeShare(input: {shareId: "shr_1"}) {
    __typename ... on ShareRevoked { shareId } ... on Problem { code }
} }"""
WANTED = {"recordIds": ["rec_1"], "doctorId": "doc_1", "expiresAt": "2026-12-24T12:00:00Z"}


async def test_records_are_shared_until_a_time(ask: Asking, downstreams: Downstreams) -> None:
    answer = await ask.patient(SHARE, input=WANTED)
    share = {"id": "shr_1", "doctor": {"name": "Doctor 1001"}}
    assert answer == ({"it": {"__typename": "RecordsShared", "shares": [share]}}, {})
    assert downstreams.sent["records POST /shares"] == WANTED


@pytest.mark.parametrize(
    ("refusal", "problem"),
    [
        ((404, "NOT_FOUND"), "NotFound"),
        ((422, "INVALID_EXPIRY"), "InvalidExpiry"),
        ((422, "INVALID_REQUEST"), "InvalidInput"),
    ],
)
async def test_sharing_may_be_refused(
    ask: Asking, downstreams: Downstreams, refusal: tuple[int, str], problem: str
) -> None:
    downstreams.refusals["records POST /shares"] = refusal
    data, errors = await ask.patient(SHARE, input=WANTED)
    assert errors == {}
    assert data is not None
    assert data["it"]["__typename"] == problem


async def test_a_share_is_revoked(ask: Asking, downstreams: Downstreams) -> None:
    assert await ask.patient(REVOKE) == ({"it": {"__typename": "ShareRevoked", "shareId": "shr_1"}}, {})
    assert downstreams.calls == {"records DELETE /shares/{id}": 1}


async def test_somebody_elses_share_is_not_found(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.refusals["records DELETE /shares/{id}"] = (404, "NOT_FOUND")
    assert await ask.patient(REVOKE) == ({"it": {"__typename": "NotFound", "code": "NOT_FOUND"}}, {})


async def test_all_live_shares_are_one_call(ask: Asking, downstreams: Downstreams) -> None:
    data, errors = await ask.patient("{ me { shares { id } } }")
    assert (data, errors) == ({"me": {"shares": [{"id": "shr_1"}]}}, {})
    assert downstreams.calls == {"records GET /shares/of-patients": 1}
