from datetime import UTC, datetime

import pytest

from services.scheduling.models import AppointmentStatus
from services.scheduling.store.appointments import appointment_item
from tests.services.scheduling.world import World, appointment, code_of
from tests.services.tokens import (
    ADMIN,
    ANONYMOUS_DOCTOR,
    AUDITOR,
    DOCTOR,
    DOCTOR_WITH_ROLE,
    NOBODY,
    PATIENT,
    RECORDS,
    WITHOUT_ROLE,
)

pytestmark = pytest.mark.anyio

PERIOD = {"from_": "2026-11-24", "to": "2026-11-25", "groupBy": "DAY"}


def at(hour: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{hour}:00").replace(tzinfo=UTC)


async def test_figures_count_the_days_of_sao_paulo(world: World) -> None:
    """The first start is of the day before there, the last of the day after."""
    await world.open_practice(specialties=["CARDIOLOGY", "NEUROLOGY"])
    starts = ["24T02:55", "24T03:00", "25T02:55", "25T03:00", "26T02:55", "26T03:00"]
    await world.table.put_all(
        [
            appointment_item(appointment(at(start), id=f"apt_{start}", status=AppointmentStatus.COMPLETED))
            for start in starts
        ]
    )
    assert (await world.get("/figures", ADMIN, **PERIOD)).json() == {
        "total": 4,
        "byStatus": [{"status": "COMPLETED", "count": 4}],
        "series": [{"startsOn": "2026-11-24", "count": 2}, {"startsOn": "2026-11-25", "count": 2}],
        "topDoctors": [{"doctorId": DOCTOR.actor, "count": 4}],
        "topSpecialties": [{"code": "CARDIOLOGY", "count": 4}, {"code": "NEUROLOGY", "count": 4}],
    }


async def test_figures_tell_an_expired_request_from_a_waiting_one(world: World) -> None:
    await world.table.put_all(
        [appointment_item(appointment(at(start), id=f"apt_{start}")) for start in ("24T11:00", "24T13:00")]
    )
    answer = (await world.get("/figures", ADMIN, **PERIOD)).json()
    assert answer["byStatus"] == [{"status": "EXPIRED", "count": 1}, {"status": "REQUESTED", "count": 1}]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"to": "2026-11-23"}, "INVALID_PERIOD"),
        ({"to": "2027-11-25"}, "INVALID_PERIOD"),
        ({"groupBy": "HOUR"}, "INVALID_REQUEST"),
        ({"to": "9999-12-31"}, "INVALID_REQUEST"),
    ],
)
async def test_a_period_that_makes_no_sense_is_refused(world: World, change: dict[str, object], code: str) -> None:
    assert code_of(await world.get("/figures", ADMIN, **PERIOD | change)) == (422, code)


async def test_figures_are_for_the_erp(world: World) -> None:
    assert (await world.get("/figures", AUDITOR, **PERIOD)).status_code == 200
    for caller in (PATIENT, DOCTOR, NOBODY, ANONYMOUS_DOCTOR, DOCTOR_WITH_ROLE, RECORDS, WITHOUT_ROLE):
        assert code_of(await world.get("/figures", caller, **PERIOD)) == (403, "FORBIDDEN")
