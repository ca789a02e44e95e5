"""How many appointments there were: the scheduling service's part of the ERP's dashboard."""

from datetime import date
from enum import Enum

from clients.ids import DoctorId
from clients.scheduling.models import AppointmentStatus
from clients.wire import Wire


class TimeBucket(Enum):
    """The width of a series' steps."""

    DAY = "DAY"
    WEEK = "WEEK"
    MONTH = "MONTH"


class StatusCount(Wire, frozen=True):
    """Appointments of one status."""

    status: AppointmentStatus
    count: int


class CountOn(Wire, frozen=True):
    """Appointments of the step that starts on a date."""

    starts_on: date
    count: int


class DoctorCount(Wire, frozen=True):
    """Appointments of one doctor."""

    doctor_id: DoctorId
    count: int


class SpecialtyCount(Wire, frozen=True):
    """Appointments of one specialty."""

    code: str
    count: int


class Figures(Wire, frozen=True):
    """Appointments of a period by their start, dates in America/Sao_Paulo."""

    total: int
    by_status: tuple[StatusCount, ...]
    series: tuple[CountOn, ...]
    top_doctors: tuple[DoctorCount, ...]
    top_specialties: tuple[SpecialtyCount, ...]
