"""What the scheduling service leaves out has a meaning, which each loader says."""

import asyncio
from datetime import UTC, date, datetime
from typing import Any

import httpx
import pytest

from clients.http import Downstream
from clients.ids import DoctorId, PatientId
from clients.loaders import Asked, BatchLoader, Loaders
from clients.pages import PageRequest
from clients.scheduling.client import AppointmentPage, SchedulingClient
from clients.scheduling.figures import TimeBucket
from clients.scheduling.loaders import (
    WHOLE,
    AgendaByDoctorLoader,
    AppointmentByIdLoader,
    AppointmentsByDoctorLoader,
    AppointmentsByPatientLoader,
    AvailabilityByDoctorLoader,
    Dates,
    Days,
    DoctorByIdLoader,
    FiguresByPeriodLoader,
    NextSlotByDoctorLoader,
    PendingCountByDoctorLoader,
    Period,
    SlotsByDoctorLoader,
    SpecialtiesByCatalogueLoader,
)
from clients.scheduling.models import Slot, Specialty
from clients.transports.over_httpx import OverHttpx

pytestmark = pytest.mark.anyio

DAY = date(2026, 11, 24)
PAGE = AppointmentPage(PageRequest(20))
SLOT = {"startsAt": "2026-11-24T12:00:00Z", "endsAt": "2026-11-24T12:30:00Z"}
READ_SLOT = Slot(starts_at=datetime(2026, 11, 24, 12, tzinfo=UTC), ends_at=datetime(2026, 11, 24, 12, 30, tzinfo=UTC))


async def load(loader: type[BatchLoader[Any, Any, Any]], keys: list[Any], answer: object) -> list[Any]:
    """Load keys at one level against the service's one answer."""
    transport = httpx.MockTransport(lambda _: httpx.Response(200, json=answer))
    async with httpx.AsyncClient(transport=transport) as http:
        client = SchedulingClient(
            Downstream(name="scheduling", base_url="http://s.test", http=OverHttpx(http), headers={})
        )
        loaded = Loaders([client])[loader]
        return await asyncio.gather(*map(loaded.load, keys))


ABSENT: dict[type[BatchLoader[Any, Any, Any]], tuple[object, object]] = {
    DoctorByIdLoader: ("doc_1", None),
    AppointmentByIdLoader: ("apt_1", None),
    NextSlotByDoctorLoader: ("doc_1", None),
    AvailabilityByDoctorLoader: ("doc_1", None),
    PendingCountByDoctorLoader: ("doc_1", None),
    SlotsByDoctorLoader: (Asked(DoctorId("doc_1"), Days(DAY, 7)), ()),
    AppointmentsByPatientLoader: (Asked(PatientId("pat_1"), PAGE), None),
    AppointmentsByDoctorLoader: (Asked(DoctorId("doc_1"), PAGE), None),
    AgendaByDoctorLoader: (Asked(DoctorId("doc_1"), Dates(DAY, DAY)), None),
}


@pytest.mark.parametrize("loader", ABSENT, ids=lambda loader: loader.__name__)
async def test_what_is_not_in_the_answer(loader: type[BatchLoader[Any, Any, Any]]) -> None:
    key, absent = ABSENT[loader]
    assert await load(loader, [key], []) == [absent]


async def test_slots_belong_to_their_doctor() -> None:
    answer = [{"doctorId": "doc_2", "slots": [SLOT]}, {"doctorId": "doc_3", "slots": [SLOT, SLOT]}]
    keys = [Asked(DoctorId(each), Days(DAY, 7)) for each in ("doc_1", "doc_2")]
    assert await load(SlotsByDoctorLoader, keys, answer) == [(), (READ_SLOT,)]


async def test_a_doctor_without_a_next_slot_is_as_one_who_is_absent() -> None:
    answer = [{"doctorId": "doc_1", "slot": None}, {"doctorId": "doc_2", "slot": SLOT}]
    assert await load(NextSlotByDoctorLoader, ["doc_1", "doc_2", "doc_3"], answer) == [None, READ_SLOT, None]


async def test_no_requests_waiting_is_not_the_same_as_unknown() -> None:
    answer = [{"doctorId": "doc_1", "count": 0}, {"doctorId": "doc_2", "count": 3}]
    assert await load(PendingCountByDoctorLoader, ["doc_2", "doc_1", "doc_3"], answer) == [3, 0, None]


async def test_the_catalogue_keeps_the_services_order() -> None:
    answer = [{"code": "B", "name": "Alergia"}, {"code": "A", "name": "Cardiologia"}]
    (catalogue,) = await load(SpecialtiesByCatalogueLoader, [WHOLE], answer)
    assert isinstance(catalogue, dict)
    assert list(catalogue.values()) == [Specialty(code="B", name="Alergia"), Specialty(code="A", name="Cardiologia")]


async def test_figures_are_loaded_by_period() -> None:
    answer = {"total": 1, "byStatus": [], "series": [], "topDoctors": [], "topSpecialties": []}
    loaded = await load(FiguresByPeriodLoader, [Period(DAY, DAY, TimeBucket.DAY)], answer)
    assert [getattr(each, "total", None) for each in loaded] == [1]
