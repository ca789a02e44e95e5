"""Counting the appointments of a period."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from services.scheduling.figures import (
    ZONE,
    BucketCount,
    DoctorCount,
    Figures,
    SpecialtyCount,
    StatusCount,
    TimeBucket,
)
from services.scheduling.models import Appointment, AppointmentStatus

TOP: Final = 10


def bounds_of(first_day: date, last_day: date) -> tuple[datetime, datetime]:
    """Return [start, end) in UTC of the dates `first_day` to `last_day`, both included, in São Paulo."""
    return (_midnight(first_day), _midnight(last_day + timedelta(days=1)))


def figures_of(
    appointments: Iterable[Appointment],
    specialties: Mapping[str, Sequence[str]],
    first_day: date,
    last_day: date,
    bucket: TimeBucket,
) -> Figures:
    """Count appointments that start within a period; `specialties`: doctor id -> codes."""
    statuses, steps, doctors = Counter[AppointmentStatus](), Counter[date](), Counter[str]()
    for each in appointments:
        statuses[each.status] += 1
        steps[_step(each.starts_at.astimezone(ZONE).date(), bucket)] += 1
        doctors[each.doctor_id] += 1
    codes = Counter[str]()
    for doctor_id, count in doctors.items():
        for code in set(specialties.get(doctor_id, ())):
            codes[code] += count
    return Figures(
        total=statuses.total(),
        by_status=tuple(StatusCount(status=status, count=count) for status, count in sorted(statuses.items())),
        series=tuple(BucketCount(starts_on=step, count=steps[step]) for step in _steps(first_day, last_day, bucket)),
        top_doctors=tuple(DoctorCount(doctor_id=doctor_id, count=count) for doctor_id, count in _top(doctors)),
        top_specialties=tuple(SpecialtyCount(code=code, count=count) for code, count in _top(codes)),
    )


def _top(counts: Counter[str]) -> Sequence[tuple[str, int]]:
    return sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))[:TOP]


def _steps(first_day: date, last_day: date, bucket: TimeBucket) -> Sequence[date]:
    days = (first_day + timedelta(days=offset) for offset in range((last_day - first_day).days + 1))
    return list(dict.fromkeys(_step(day, bucket) for day in days))


def _step(day: date, bucket: TimeBucket) -> date:
    """Return the first date of the step that a date falls into."""
    match bucket:
        case TimeBucket.DAY:
            return day
        case TimeBucket.WEEK:
            return day - timedelta(days=day.weekday())
        case TimeBucket.MONTH:
            return day.replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE).astimezone(UTC)
