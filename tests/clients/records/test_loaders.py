"""What the records service leaves out has a meaning, which each loader says; lists belong to their keys."""

import asyncio
from typing import Any

import httpx
import pytest

from clients.http import Downstream
from clients.ids import PatientId
from clients.loaders import Asked, BatchLoader, Loaders
from clients.pages import PageRequest
from clients.records.client import RecordsClient
from clients.records.loaders import (
    DownloadUrlByRecordLoader,
    NotesByAppointmentLoader,
    PatientByIdLoader,
    RecordByIdLoader,
    RecordPage,
    RecordsByPatientLoader,
    SharesByPatientLoader,
    SharesByRecordLoader,
)
from clients.transports.over_httpx import OverHttpx

pytestmark = pytest.mark.anyio

AnyLoader = type[BatchLoader[Any, Any, Any]]


async def load(loader: AnyLoader, keys: list[Any], answer: object) -> list[Any]:
    """Load keys at one level against the service's one answer."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    async with httpx.AsyncClient(transport=transport) as http:
        client = RecordsClient(Downstream(name="records", base_url="http://r.test", http=OverHttpx(http), headers={}))
        loaded = Loaders([client])[loader]
        return await asyncio.gather(*map(loaded.load, keys))


ABSENT: dict[AnyLoader, tuple[object, object]] = {
    PatientByIdLoader: ("pat_1", None),
    RecordByIdLoader: ("rec_1", None),
    DownloadUrlByRecordLoader: ("rec_1", None),
    RecordsByPatientLoader: (Asked(PatientId("pat_1"), RecordPage(PageRequest(20), None)), None),
    SharesByRecordLoader: ("rec_1", ()),
    SharesByPatientLoader: ("pat_1", ()),
    NotesByAppointmentLoader: ("apt_1", ()),
}


@pytest.mark.parametrize("loader", ABSENT, ids=lambda loader: loader.__name__)
async def test_what_is_not_in_the_answer(loader: AnyLoader) -> None:
    key, absent = ABSENT[loader]
    assert await load(loader, [key], []) == [absent]


def share(number: int, record: str, patient: str = "pat_1") -> dict[str, str]:
    return {
        "id": f"shr_{number}",
        "recordId": record,
        "doctorId": "doc_1",
        "patientId": patient,
        "createdAt": "2026-11-24T12:00:00Z",
        "expiresAt": "2026-12-24T12:00:00Z",
    }


async def test_shares_belong_to_their_record_in_the_services_order() -> None:
    answer = [share(3, "rec_2"), share(2, "rec_1"), share(1, "rec_2"), share(4, "rec_9")]
    loaded = await load(SharesByRecordLoader, ["rec_1", "rec_2", "rec_3"], answer)
    assert [[each.id for each in shares] for shares in loaded] == [["shr_2"], ["shr_3", "shr_1"], []]


async def test_another_patients_shares_are_not_passed_on() -> None:
    answer = [share(1, "rec_1"), share(2, "rec_2", patient="pat_2")]
    loaded = await load(SharesByPatientLoader, ["pat_1"], answer)
    assert [[each.id for each in shares] for shares in loaded] == [["shr_1"]]


async def test_notes_belong_to_their_appointment_in_the_services_order() -> None:
    answer = [
        {
            "id": f"note_{number}",
            "appointmentId": appointment,
            "patientId": "pat_1",
            "doctorId": "doc_1",
            "text": "x",
            "createdAt": "2026-11-24T12:00:00Z",
        }
        for number, appointment in enumerate(["apt_2", "apt_1", "apt_2"])
    ]
    loaded = await load(NotesByAppointmentLoader, ["apt_1", "apt_2"], answer)
    assert [[each.id for each in notes] for notes in loaded] == [["note_1"], ["note_0", "note_2"]]
