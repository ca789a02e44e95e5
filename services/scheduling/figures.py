"""The counts of appointments that the ERP's dashboard shows, by the dates on which they start in São Paulo."""

from datetime import date
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from services.common.wire import Wire
from services.scheduling.models import AppointmentStatus, Id

ZONE: Final = ZoneInfo("America/Sao_Paulo")


class TimeBucket(StrEnum):
    """The width of a series' steps: days, weeks from Monday, or calendar months."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


class StatusCount(Wire):
    """Appointments that stand in one status."""

    status: AppointmentStatus
    count: int


class BucketCount(Wire):
    """Appointments of the day, week or month that starts on a date."""

    starts_on: date
    count: int


class DoctorCount(Wire):
    """Appointments of one doctor."""

    doctor_id: Id
    count: int


class SpecialtyCount(Wire):
    """Appointments with doctors of one specialty."""

    code: str
    count: int


class Figures(Wire):
    """The appointments of a period. The tops are the ten with the most, the most first, ties by id or code.

    `series` has each step of the period, also those of none. A doctor of several specialties counts for each.
    """

    total: int
    by_status: tuple[StatusCount, ...]
    series: tuple[BucketCount, ...]
    top_doctors: tuple[DoctorCount, ...]
    top_specialties: tuple[SpecialtyCount, ...]
