from datetime import UTC, date, datetime

import pytest

from services.scheduling.figures import DoctorCount, SpecialtyCount, TimeBucket
from services.scheduling.models import AppointmentStatus
from services.scheduling.rules.counts import bounds_of, figures_of
from tests.services.scheduling.world import appointment

FIRST_DAY, LAST_DAY = date(2026, 11, 26), date(2026, 12, 2)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_a_period_is_of_sao_paulos_dates_both_included() -> None:
    assert bounds_of(date(2026, 11, 24), date(2026, 11, 24)) == (at("2026-11-24T03:00"), at("2026-11-25T03:00"))
    # Summer time began on this day, at midnight.
    assert bounds_of(date(2018, 11, 4), date(2018, 11, 4)) == (at("2018-11-04T03:00"), at("2018-11-05T02:00"))


APPOINTMENTS = [
    appointment(at("2026-11-27T02:30"), status=AppointmentStatus.COMPLETED, doctor_id="doc_a"),
    appointment(at("2026-11-27T12:00"), status=AppointmentStatus.COMPLETED, doctor_id="doc_b"),
    appointment(at("2026-11-30T12:00"), status=AppointmentStatus.CANCELLED, doctor_id="doc_b"),
    appointment(at("2026-12-01T12:00"), status=AppointmentStatus.CONFIRMED, doctor_id="doc_c"),
]


@pytest.mark.parametrize(
    ("bucket", "series"),
    [
        (TimeBucket.DAY, {"11-26": 1, "11-27": 1, "11-28": 0, "11-29": 0, "11-30": 1, "12-01": 1, "12-02": 0}),
        (TimeBucket.WEEK, {"11-23": 2, "11-30": 2}),
        (TimeBucket.MONTH, {"11-01": 3, "12-01": 1}),
    ],
)
def test_the_series_has_every_step_by_local_date(bucket: TimeBucket, series: dict[str, int]) -> None:
    figures = figures_of(APPOINTMENTS, {}, FIRST_DAY, LAST_DAY, bucket)
    assert {f"{each.starts_on:%m-%d}": each.count for each in figures.series} == series


def test_the_tops_have_the_most_first_and_ties_by_name() -> None:
    specialties = {"doc_a": ("CARDIOLOGY",), "doc_b": ("NEUROLOGY", "CARDIOLOGY", "NEUROLOGY")}
    figures = figures_of(APPOINTMENTS, specialties, FIRST_DAY, LAST_DAY, TimeBucket.DAY)
    assert figures.total == 4
    assert {each.status: each.count for each in figures.by_status} == {"COMPLETED": 2, "CANCELLED": 1, "CONFIRMED": 1}
    assert figures.top_doctors == tuple(
        DoctorCount(doctor_id=doctor_id, count=count) for doctor_id, count in [("doc_b", 2), ("doc_a", 1), ("doc_c", 1)]
    )
    assert figures.top_specialties == tuple(
        SpecialtyCount(code=code, count=count) for code, count in [("CARDIOLOGY", 3), ("NEUROLOGY", 2)]
    )


def test_the_tops_are_ten_long() -> None:
    many = [appointment(at("2026-11-27T12:00"), doctor_id=f"doc_{number:02}") for number in range(12)]
    figures = figures_of(many, {}, FIRST_DAY, LAST_DAY, TimeBucket.DAY)
    assert [each.doctor_id for each in figures.top_doctors] == [f"doc_{number:02}" for number in range(10)]
