"""A loader makes ceil(unique keys / its batch size) calls a level: the exact number, for each loader there is."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from math import ceil
from typing import Any

import pytest

import clients.erp.loaders
import clients.google.loaders
import clients.records.loaders
import clients.scheduling.loaders
from clients.erp.loaders import AdminByIdLoader, InvoiceByIdLoader, RegistrationByDoctorLoader
from clients.google.loaders import BusyTimesByCalendarLoader, CalendarEventByIdLoader
from clients.google.models import EventKey, Period
from clients.ids import DoctorId
from clients.loaders import ArgumentLoader, Asked, BatchLoader, FanOutLoader, Loaders
from clients.pages import PageRequest
from clients.records.loaders import (
    AuditByPatientLoader,
    DownloadUrlByRecordLoader,
    NotesByAppointmentLoader,
    PatientByIdLoader,
    RecordByIdLoader,
    RecordPage,
    RecordsByPatientLoader,
    SharesByPatientLoader,
    SharesByRecordLoader,
)
from clients.scheduling.client import AppointmentPage
from clients.scheduling.loaders import (
    AgendaByDoctorLoader,
    AppointmentByIdLoader,
    AppointmentsByDoctorLoader,
    AppointmentsByPatientLoader,
    AvailabilityByDoctorLoader,
    Dates,
    Days,
    DoctorByIdLoader,
    NextSlotByDoctorLoader,
    PendingCountByDoctorLoader,
    SlotsByDoctorLoader,
)
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

AnyLoader = type[BatchLoader[Any, Any, Any]]

TODAY = date(2026, 11, 24)
PAGE = PageRequest(1)
EVENING = Period(datetime(2026, 11, 24, 20, tzinfo=UTC), datetime(2026, 11, 24, 23, tzinfo=UTC))
KEYS: dict[AnyLoader, Callable[[int], object]] = {
    AdminByIdLoader: lambda n: f"adm_{n}",
    InvoiceByIdLoader: lambda n: f"inv_{n}",
    RegistrationByDoctorLoader: lambda n: f"doc_{n}",
    BusyTimesByCalendarLoader: lambda n: Asked(f"doctor{n}@clinic.example", EVENING),
    CalendarEventByIdLoader: lambda n: EventKey(f"doctor{n}@clinic.example", f"event{n}"),
    AuditByPatientLoader: lambda n: Asked(f"pat_{n}", PAGE),
    DownloadUrlByRecordLoader: lambda n: f"rec_{n}",
    NotesByAppointmentLoader: lambda n: f"apt_{n}",
    PatientByIdLoader: lambda n: f"pat_{n}",
    RecordByIdLoader: lambda n: f"rec_{n}",
    RecordsByPatientLoader: lambda n: Asked(f"pat_{n}", RecordPage(PAGE, None)),
    SharesByPatientLoader: lambda n: f"pat_{n}",
    SharesByRecordLoader: lambda n: f"rec_{n}",
    AgendaByDoctorLoader: lambda n: Asked(f"doc_{n}", Dates(TODAY, TODAY)),
    AppointmentByIdLoader: lambda n: f"apt_{n}",
    AppointmentsByDoctorLoader: lambda n: Asked(f"doc_{n}", AppointmentPage(PAGE)),
    AppointmentsByPatientLoader: lambda n: Asked(f"pat_{n}", AppointmentPage(PAGE)),
    AvailabilityByDoctorLoader: lambda n: f"doc_{n}",
    DoctorByIdLoader: lambda n: f"doc_{n}",
    NextSlotByDoctorLoader: lambda n: f"doc_{n}",
    PendingCountByDoctorLoader: lambda n: f"doc_{n}",
    SlotsByDoctorLoader: lambda n: Asked(f"doc_{n}", Days(TODAY, 7)),
}
PACKAGES = (clients.erp.loaders, clients.google.loaders, clients.records.loaders, clients.scheduling.loaders)


def name(loader: AnyLoader) -> str:
    return loader.__name__


def test_no_loader_is_forgotten() -> None:
    """Every loader of the four downstreams has its line above, but those that answer one key a call."""
    there = {each for package in PACKAGES for each in vars(package).values() if isinstance(each, type)}
    batching = {each for each in there if issubclass(each, BatchLoader) and not issubclass(each, FanOutLoader)}
    assert batching - {BatchLoader, ArgumentLoader} == KEYS.keys()


@pytest.mark.parametrize("loader", KEYS, ids=name)
@pytest.mark.parametrize("count", [1, 10, 50, 101])
async def test_a_level_costs_a_call_for_each_full_batch(
    ask: Asking, downstreams: Downstreams, loader: AnyLoader, count: int
) -> None:
    batch_size = 50 if loader in {BusyTimesByCalendarLoader, CalendarEventByIdLoader} else 100
    loaders = Loaders([ask.scheduling, ask.records, ask.erp_client, ask.google])
    keys = [KEYS[loader](n) for n in range(1, count + 1)]
    await loaders[loader].load_many([*keys, *keys])
    assert list(downstreams.calls.values()) == [ceil(count / batch_size)]


async def test_keys_asked_with_other_arguments_are_another_call(ask: Asking, downstreams: Downstreams) -> None:
    loader = Loaders([ask.scheduling])[SlotsByDoctorLoader]
    await loader.load_many([Asked(DoctorId(f"doc_{n}"), Days(TODAY, 1 + n % 2)) for n in range(20)])
    assert downstreams.calls == {"scheduling GET /slots": 2}
