from typing import Any

import pytest

from tests.schema.asking import Asking
from tests.schema.downstreams import Downstreams

pytestmark = pytest.mark.anyio

DASHBOARD = """query Dashboard($period: PeriodInput!, $groupBy: TimeBucket = DAY) {
    dashboard(period: $period, groupBy: $groupBy) {
        appointments { total byStatus { status count } series { startsOn count } }
        revenue { grossCents refundsCents netCents currency series { startsOn grossCents } }
        newPatients
        cancellationRate
        topSpecialties { specialty { name } count }
        topDoctors { doctor { name } count }
    }
}"""
PERIOD = {"from": "2026-11-01", "to": "2026-11-30"}
SECTIONS: dict[str, Any] = {
    "appointments": {
        "total": 8,
        "byStatus": [{"status": "CONFIRMED", "count": 6}, {"status": "CANCELLED", "count": 2}],
        "series": [{"startsOn": "2026-11-24", "count": 8}],
    },
    "revenue": {
        "grossCents": 105_000,
        "refundsCents": 35_000,
        "netCents": 70_000,
        "currency": "BRL",
        "series": [{"startsOn": "2026-11-24", "grossCents": 105_000}],
    },
    "newPatients": 5,
    "cancellationRate": 0.25,
    "topSpecialties": [{"specialty": {"name": "Cardiologia"}, "count": 8}],
    "topDoctors": [{"doctor": {"name": f"Doctor {n}"}, "count": 3 - n} for n in range(3)],
}
FROM_SCHEDULING = ("appointments", "cancellationRate", "topSpecialties", "topDoctors")


async def test_the_sections_come_from_three_services(ask: Asking, downstreams: Downstreams) -> None:
    assert await ask.erp(DASHBOARD, period=PERIOD, groupBy="WEEK") == ({"dashboard": SECTIONS}, {})
    grouped = PERIOD | {"groupBy": "WEEK"}
    assert downstreams.queries["scheduling GET /figures"] == grouped
    assert downstreams.queries["erp GET /figures"] == grouped
    assert downstreams.queries["records GET /figures"] == PERIOD


@pytest.mark.parametrize("asked", [{}, {"groupBy": None}])
async def test_figures_are_by_day_unless_said_otherwise(
    ask: Asking, downstreams: Downstreams, asked: dict[str, object]
) -> None:
    await ask.erp(DASHBOARD, period=PERIOD, **asked)
    assert downstreams.queries["scheduling GET /figures"]["groupBy"] == "DAY"


@pytest.mark.parametrize(
    ("call", "lost"),
    [
        ("scheduling GET /figures", FROM_SCHEDULING),
        ("erp GET /figures", ("revenue",)),
        ("records GET /figures", ("newPatients",)),
    ],
)
async def test_a_section_fails_alone(ask: Asking, downstreams: Downstreams, call: str, lost: tuple[str, ...]) -> None:
    downstreams.refusals[call] = (503, "UNAVAILABLE")
    data, errors = await ask.erp(DASHBOARD, period=PERIOD)
    assert data == {"dashboard": SECTIONS | dict.fromkeys(lost)}
    assert errors == {f"dashboard.{each}": "UpstreamUnavailable" for each in lost}


async def test_a_doctor_that_cannot_be_loaded_leaves_the_count(ask: Asking, downstreams: Downstreams) -> None:
    downstreams.refusals["erp GET /doctors"] = (503, "UNAVAILABLE")
    data, _ = await ask.erp(DASHBOARD, period=PERIOD)
    assert data is not None
    assert data["dashboard"]["topDoctors"] == [{"doctor": None, "count": 3 - n} for n in range(3)]


async def test_of_no_appointments_none_were_cancelled(ask: Asking, downstreams: Downstreams) -> None:
    """A rate of nothing is unknown, not zero."""
    nothing = {"total": 0, "byStatus": [], "series": [], "topDoctors": [], "topSpecialties": []}
    downstreams.answers["scheduling GET /figures"] = nothing
    data, errors = await ask.erp(DASHBOARD, period=PERIOD)
    assert errors == {}
    assert data is not None
    assert data["dashboard"]["cancellationRate"] is None


@pytest.mark.parametrize(("first", "last"), [("2026-11-02", "2026-11-01"), ("2026-01-01", "2027-01-02")])
async def test_what_is_no_period_is_refused_without_a_call(
    ask: Asking, downstreams: Downstreams, first: str, last: str
) -> None:
    answer = await ask.erp(DASHBOARD, period={"from": first, "to": last})
    assert answer == (None, {"dashboard": "BadUserInput"})
    assert not downstreams.calls
