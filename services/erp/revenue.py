"""Revenue over dates in America/Sao_Paulo, pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Self
from zoneinfo import ZoneInfo

from services.erp.models import BRL, GrossOn, Invoice, InvoiceStatus, Revenue, TimeBucket
from services.erp.problems import InvalidPeriod

ZONE: Final = ZoneInfo("America/Sao_Paulo")
MAX_DAYS: Final = 731


@dataclass(frozen=True, slots=True)
class Period:
    """The days [first_day, last_day] in Brazil's official time."""

    first_day: date
    last_day: date

    @classmethod
    def of(cls, first_day: date, last_day: date) -> Self:
        """Make a period, or raise `InvalidPeriod`."""
        if not first_day <= last_day < date.max or (last_day - first_day).days >= MAX_DAYS:
            raise InvalidPeriod(MAX_DAYS)
        return cls(first_day, last_day)

    @property
    def start(self) -> datetime:
        """The first instant of it."""
        return datetime.combine(self.first_day, time(), ZONE)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return datetime.combine(self.last_day + timedelta(days=1), time(), ZONE)

    @property
    def days(self) -> Sequence[date]:
        """Each of its days."""
        return [self.first_day + timedelta(days=count) for count in range((self.last_day - self.first_day).days + 1)]


def revenue_of(invoices: Iterable[Invoice], period: Period, bucket: TimeBucket) -> Revenue:
    """Sum the invoices of a period. The series has each step of the period in order, those without revenue too."""
    steps = {_step(day, bucket): 0 for day in period.days}
    refunds_cents = 0
    for invoice in invoices:
        steps[_step(invoice.issued_at.astimezone(ZONE).date(), bucket)] += invoice.amount_cents
        if invoice.status is InvoiceStatus.REFUNDED:
            refunds_cents += invoice.amount_cents
    gross_cents = sum(steps.values())
    return Revenue(
        gross_cents=gross_cents,
        refunds_cents=refunds_cents,
        net_cents=gross_cents - refunds_cents,
        currency=BRL,
        series=tuple(GrossOn(starts_on=day, gross_cents=cents) for day, cents in steps.items()),
    )


def _step(day: date, bucket: TimeBucket) -> date:
    """Return the day on which the step of `day` starts: weeks start on Monday."""
    match bucket:
        case TimeBucket.DAY:
            return day
        case TimeBucket.WEEK:
            return day - timedelta(days=day.weekday())
        case TimeBucket.MONTH:
            return day.replace(day=1)
