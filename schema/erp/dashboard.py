"""The dashboard: each section comes from one service and fails alone."""

from datetime import date, timedelta
from typing import Final, Self

import strawberry

from clients.erp import loaders as erp
from clients.erp import models as erp_models
from clients.erp.loaders import RegistrationByDoctorLoader
from clients.ids import DoctorId
from clients.records import loaders as records
from clients.scheduling import figures as scheduling_models
from clients.scheduling import loaders as scheduling
from schema.common.costs import list_size
from schema.common.doctors import Specialty
from schema.common.enums import AppointmentStatus, TimeBucket
from schema.common.errors import BadUserInput
from schema.common.loaded import loaded
from schema.common.messages import InputMistake
from schema.common.scalars import BigInt
from schema.erp.people import Doctor
from schema.erp.permissions import MONEY, STAFF

MAX_PERIOD_DAYS: Final = 366


@strawberry.input
class PeriodInput:
    """The days from `from` to `to`, both included, in America/Sao_Paulo: at most 366."""

    first: date = strawberry.field(name="from")
    last: date = strawberry.field(name="to")


@strawberry.type(directives=[STAFF])
class StatusCount:
    """Appointments that stand in one status."""

    status: AppointmentStatus
    count: int


@strawberry.type(directives=[STAFF])
class CountOn:
    """Appointments of the day, week or month that starts on a date."""

    starts_on: date
    count: int


@strawberry.type(directives=[STAFF])
class AppointmentFigures:
    """How many appointments start in the period."""

    total: int
    by_status: list[StatusCount] = strawberry.field(directives=[list_size(7)])
    series: list[CountOn] = strawberry.field(directives=[list_size(31)])

    @classmethod
    def of(cls, model: scheduling_models.Figures) -> Self:
        """Project the model."""
        return cls(
            total=model.total,
            by_status=[StatusCount(status=each.status, count=each.count) for each in model.by_status],
            series=[CountOn(starts_on=each.starts_on, count=each.count) for each in model.series],
        )


@strawberry.type(directives=[MONEY])
class GrossOn:
    """Gross revenue of the day, week or month that starts on a date."""

    starts_on: date
    gross_cents: BigInt


@strawberry.type(directives=[MONEY])
class Revenue:
    """What was billed in the period; net is gross less refunds. For the roles admin, finance and auditor."""

    gross_cents: BigInt
    refunds_cents: BigInt
    net_cents: BigInt
    currency: str
    series: list[GrossOn] = strawberry.field(directives=[list_size(31)])

    @classmethod
    def of(cls, model: erp_models.Figures) -> Self:
        """Project the model."""
        revenue = model.revenue
        return cls(
            gross_cents=BigInt(revenue.gross_cents),
            refunds_cents=BigInt(revenue.refunds_cents),
            net_cents=BigInt(revenue.net_cents),
            currency=revenue.currency,
            series=[GrossOn(starts_on=each.starts_on, gross_cents=BigInt(each.gross_cents)) for each in revenue.series],
        )


@strawberry.type(directives=[STAFF])
class SpecialtyCount:
    """Appointments with doctors of one specialty."""

    specialty: Specialty
    count: int


@strawberry.type(directives=[STAFF])
class DoctorCount:
    """Appointments with one doctor."""

    doctor_id: strawberry.Private[DoctorId]
    count: int
    doctor: Doctor | None = loaded(RegistrationByDoctorLoader, key=lambda top: top.doctor_id, into=Doctor.of)


def _cancellation_rate(figures: scheduling_models.Figures) -> float | None:
    cancelled = sum(each.count for each in figures.by_status if each.status is AppointmentStatus.CANCELLED)
    return cancelled / figures.total if figures.total else None


def _top_specialties(figures: scheduling_models.Figures) -> list[SpecialtyCount]:
    return [SpecialtyCount(specialty=Specialty(code=each.code), count=each.count) for each in figures.top_specialties]


def _top_doctors(figures: scheduling_models.Figures) -> list[DoctorCount]:
    return [DoctorCount(doctor_id=each.doctor_id, count=each.count) for each in figures.top_doctors]


def _counted(dashboard: "Dashboard") -> scheduling.Period:
    return scheduling.Period(dashboard.first, dashboard.last, dashboard.group_by)


@strawberry.type(directives=[STAFF])
class Dashboard:
    """The figures of a period, by the dates on which appointments start, invoices are issued and patients register.

    `cancellationRate` is the share of the period's appointments that were cancelled, 0 to 1; null where there are none.
    """

    first: strawberry.Private[date]
    last: strawberry.Private[date]
    group_by: strawberry.Private[TimeBucket]
    appointments: AppointmentFigures | None = loaded(
        scheduling.FiguresByPeriodLoader, key=_counted, into=AppointmentFigures.of
    )
    revenue: Revenue | None = loaded(
        erp.FiguresByPeriodLoader,
        key=lambda dashboard: erp.Period(dashboard.first, dashboard.last, dashboard.group_by.value),
        into=Revenue.of,
        directives=[MONEY],
    )
    new_patients: int | None = loaded(
        records.FiguresByDaysLoader,
        key=lambda dashboard: records.Days(dashboard.first, dashboard.last),
        into=lambda figures: figures.new_patients,
    )
    cancellation_rate: float | None = loaded(scheduling.FiguresByPeriodLoader, key=_counted, into=_cancellation_rate)
    top_specialties: list[SpecialtyCount] | None = loaded(
        scheduling.FiguresByPeriodLoader, key=_counted, into=_top_specialties, directives=[list_size(10)]
    )
    top_doctors: list[DoctorCount] | None = loaded(
        scheduling.FiguresByPeriodLoader, key=_counted, into=_top_doctors, directives=[list_size(10)]
    )

    @classmethod
    def over(cls, period: PeriodInput, group_by: TimeBucket) -> Self:
        """Return the dashboard of a period; raise `BadUserInput` for one that is no period."""
        if not timedelta() <= period.last - period.first < timedelta(days=MAX_PERIOD_DAYS):
            raise BadUserInput(InputMistake.PERIOD_LENGTH, maximum=MAX_PERIOD_DAYS)
        return cls(first=period.first, last=period.last, group_by=group_by)
