"""What the named operations cost downstream: the exact calls, whatever the length of their lists."""

from math import ceil

import pytest

from tests.schema import samples
from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

each_size = pytest.mark.parametrize("size", [1, 10, 50, 100])

HOME = """query Home($first: Int) { me {
    name email
    appointments(first: $first) { nodes { id status startsAt doctor { name } meeting { url } } }
    records(first: $first) { nodes { id title shares { expiresAt doctor { name } } } }
} }"""
SEARCH = """query Search($first: Int) { doctors(first: $first) { nodes {
    id name specialties { name } rating { average } nextSlot { startsAt }
} } }"""
AGENDA = """{ me { name agenda(from: "2026-11-24", to: "2026-11-30") { days {
    date busy { startsAt endsAt }
    appointments { id patient { name birthDate } meeting { url calendarEvent { deleted status url } } }
} } } }"""
WAITING = """query Waiting($first: Int) { me { pendingCount appointments(first: $first) { nodes {
    id reason patient { name } sharedRecords { id title downloadUrl } notes { text }
} } } }"""
ADMINISTRATION = """query Appointments($first: Int) { appointments(first: $first) { nodes {
    id status doctor { name specialties { name } } patient { name }
} } }"""
TWO_PAGES = """query TwoPages($after: String) {
    one: appointments(first: 100) { ...People }
    two: appointments(first: 100, after: $after) { ...People }
}
fragment People on AppointmentConnection { nodes { doctor { name } patient { name } } pageInfo { endCursor } }"""
INVOICES = """query Invoices($first: Int) { invoices(first: $first) { nodes {
    id doctor { name } patient { name } appointment { status }
} } }"""
DASHBOARD = """{ dashboard(period: {from: "2026-11-01", to: "2026-11-30"}) {
    appointments { total byStatus { status count } series { startsOn count } }
    revenue { netCents series { startsOn grossCents } }
    newPatients cancellationRate topSpecialties { specialty { name } count } topDoctors { doctor { name } count }
} }"""
ACCESS_LOG = """query Log($first: Int) { me { accessLog(first: $first) { nodes { fields doctor { name } } } } }"""
AUDIT = (
    """query Audit($first: Int) { auditEvents(first: $first) { nodes { fields patient { name } doctor { name } } } }"""
)


@each_size
async def test_who_read_a_patients_data(ask: Asking, downstreams: Downstreams, size: int) -> None:
    downstreams.size = size
    _, errors = await ask.patient(ACCESS_LOG, first=size)
    assert errors == {}
    assert downstreams.calls == {"records GET /audit/of-patients": 1, "scheduling GET /doctors": 1}


@each_size
async def test_an_auditors_search(ask: Asking, downstreams: Downstreams, size: int) -> None:
    downstreams.size = size
    _, errors = await ask.erp(AUDIT, first=size)
    assert errors == {}
    assert downstreams.calls == {"records GET /audit/events": 1, "records GET /patients": 1, "erp GET /doctors": 1}


@each_size
async def test_a_patients_home(ask: Asking, downstreams: Downstreams, size: int) -> None:
    """Doctors are asked for at two levels: those of the appointments, then those of the shares."""
    downstreams.size = size
    _, errors = await ask.patient(HOME, first=size)
    assert errors == {}
    assert downstreams.calls == {
        "records GET /patients": 1,
        "scheduling GET /appointments/of-patients": 1,
        "records GET /records/of-patients": 1,
        "records GET /shares/of-records": 1,
        "scheduling GET /doctors": 2,
    }


@each_size
async def test_a_page_of_a_search(ask: Asking, downstreams: Downstreams, size: int) -> None:
    downstreams.size = size
    _, errors = await ask.patient(SEARCH, first=size)
    assert errors == {}
    assert downstreams.calls == {
        "scheduling GET /doctors/search": 1,
        "scheduling GET /specialties": 1,
        "scheduling GET /next-slots": 1,
    }


@pytest.mark.parametrize("size", [1, 10, 50, 101])
async def test_a_doctors_agenda(ask: Asking, downstreams: Downstreams, size: int) -> None:
    """Google answers for 50 meetings a call, and once for the busy times of all days."""
    downstreams.size = size
    _, errors = await ask.doctor(AGENDA)
    assert errors == {}
    assert downstreams.calls == {
        "scheduling GET /agenda": 1,
        "scheduling GET /doctors": 1,
        "records GET /patients": ceil(size / 100),
        "google POST /calendar/v3/freeBusy": 1,
        "google POST /batch/calendar/v3": ceil(size / 50),
    }


@each_size
async def test_what_waits_for_a_doctor(ask: Asking, downstreams: Downstreams, size: int) -> None:
    downstreams.size = size
    _, errors = await ask.doctor(WAITING, first=size)
    assert errors == {}
    assert downstreams.calls == {
        "scheduling GET /appointments/pending-counts": 1,
        "scheduling GET /appointments/of-doctors": 1,
        "records GET /patients": 1,
        "records GET /records/of-patients": 1,
        "records GET /download-urls": 1,
        "records GET /notes": 1,
    }


@each_size
async def test_the_erps_appointments(ask: Asking, downstreams: Downstreams, size: int) -> None:
    downstreams.size = size
    _, errors = await ask.erp(ADMINISTRATION, first=size)
    assert errors == {}
    assert downstreams.calls == {
        "scheduling GET /appointments/all": 1,
        "scheduling GET /specialties": 1,
        "erp GET /doctors": 1,
        "records GET /patients": 1,
    }


async def test_101_appointments_of_two_pages_share_their_calls(ask: Asking, downstreams: Downstreams) -> None:
    """101 doctors and 101 patients, of two lists at one level: two calls each, since a call holds 100."""
    downstreams.size = 101
    first, _ = await ask.erp(TWO_PAGES)
    assert first is not None
    downstreams.calls.clear()
    data, errors = await ask.erp(TWO_PAGES, after=first["one"]["pageInfo"]["endCursor"])
    assert errors == {}
    assert data is not None
    assert (len(data["one"]["nodes"]), len(data["two"]["nodes"])) == (100, 1)
    assert downstreams.calls == {
        "scheduling GET /appointments/all": 2,
        "erp GET /doctors": 2,
        "records GET /patients": 2,
    }


@each_size
async def test_the_erps_invoices(ask: Asking, downstreams: Downstreams, size: int) -> None:
    downstreams.size = size
    _, errors = await ask.erp(INVOICES, first=size)
    assert errors == {}
    assert downstreams.calls == {
        "erp GET /invoices/all": 1,
        "erp GET /doctors": 1,
        "records GET /patients": 1,
        "scheduling GET /appointments": 1,
    }


@pytest.mark.parametrize("tops", [1, 10, 50, 101])
async def test_the_dashboard(ask: Asking, downstreams: Downstreams, tops: int) -> None:
    """Each service counts once, and the busiest doctors are asked for together."""
    downstreams.answers["scheduling GET /figures"] = samples.appointment_figures(tops)
    _, errors = await ask.erp(DASHBOARD)
    assert errors == {}
    assert downstreams.calls == {
        "scheduling GET /figures": 1,
        "erp GET /figures": 1,
        "records GET /figures": 1,
        "scheduling GET /specialties": 1,
        "erp GET /doctors": ceil(tops / 100),
    }
