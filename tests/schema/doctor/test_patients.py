import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

PATIENT = """query Patient($id: ID!, $filter: RecordFilter, $first: Int, $after: String) { patient(id: $id) {
    id name birthDate sharedRecords(filter: $filter, first: $first, after: $after) {
        nodes { id title } pageInfo { hasNextPage endCursor }
    }
} }"""


async def test_a_patient_shows_who_it_is_and_what_is_shared(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.size = 2
    data, errors = await ask.doctor(PATIENT, id="pat_1", first=1, filter={"category": "EXAM"})
    assert errors == {}
    assert data is not None
    records = data["patient"].pop("sharedRecords")
    assert data["patient"] == {"id": "pat_1", "name": "Patient 1", "birthDate": "1990-05-17"}
    assert records["nodes"] == [{"id": "rec_1", "title": "Hemogram 1"}]
    assert records["pageInfo"]["hasNextPage"]
    assert downstreams.queries["records GET /records/of-patients"]["category"] == "EXAM"

    data, errors = await ask.doctor(PATIENT, id="pat_1", after=records["pageInfo"]["endCursor"])
    assert errors == {}
    assert data is not None
    assert data["patient"]["sharedRecords"]["nodes"] == [{"id": "rec_2", "title": "Hemogram 2"}]


async def test_a_patient_of_somebody_elses_is_null(ask: Asking, downstreams: Downstreams) -> None:
    """Absent and forbidden are one: the same answer, by the same calls."""
    assert await ask.doctor(PATIENT, id="absent_1") == ({"patient": None}, {})
    assert downstreams.calls == {"records GET /patients": 1}


async def test_an_outage_of_the_list_leaves_the_patient(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.refusals["records GET /records/of-patients"] = (503, "UNAVAILABLE")
    data, errors = await ask.doctor(PATIENT, id="pat_1")
    shown = {"id": "pat_1", "name": "Patient 1", "birthDate": "1990-05-17", "sharedRecords": None}
    assert data == {"patient": shown}
    assert errors == {"patient.sharedRecords": "UpstreamUnavailable"}
