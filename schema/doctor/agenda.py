"""The doctor's days: appointments, and the busy times of the doctor's Google Calendar beside them."""

from datetime import date, datetime, timedelta
from typing import Annotated, Final, Self

import strawberry

from clients.google.loaders import BusyTimesByCalendarLoader
from clients.google.models import BusyTimes, Period
from clients.ids import DoctorId
from clients.loaders import Asked
from clients.scheduling import models
from clients.scheduling.loaders import Dates
from schema.common.costs import list_size
from schema.common.errors import BadUserInput
from schema.common.loaded import loaded
from schema.common.messages import InputMistake
from schema.common.nodes import Node
from schema.common.permissions import DOCTOR
from schema.doctor.appointments import Appointment

MAX_AGENDA_DAYS: Final = 62

FirstDay = Annotated[date, strawberry.argument(name="from", description="The first day, in the doctor's zone.")]
LastDay = Annotated[
    date, strawberry.argument(name="to", description=f"The last day: at most {MAX_AGENDA_DAYS} days in all.")
]


@strawberry.type(directives=[DOCTOR])
class BusyTime:
    """A time at which the doctor's Google Calendar is busy, cut to the day that shows it."""

    starts_at: datetime
    ends_at: datetime


def _busy_of(day: "AgendaDay", _calendar: Asked[str, Period], busy: BusyTimes) -> list[BusyTime]:
    return [
        BusyTime(starts_at=max(each.starts_at, day.starts_at), ends_at=min(each.ends_at, day.ends_at))
        for each in busy.within(Period(day.starts_at, day.ends_at)).periods
    ]


@strawberry.type(directives=[DOCTOR])
class AgendaDay:
    """One date, [startsAt, endsAt) in the doctor's zone; its appointments earliest first.

    HealthMed's own meetings are in the calendar too, so they are also `busy`.
    """

    # The whole agenda's calendar and time, for every day the same: one question to Google.
    calendar: strawberry.Private[Asked[str, Period]]
    date: date
    starts_at: datetime
    ends_at: datetime
    appointments: list[Appointment] = strawberry.field(directives=[list_size(10)])
    busy: list[BusyTime] | None = loaded(
        BusyTimesByCalendarLoader, key=lambda day: day.calendar, within=_busy_of, directives=[list_size(10)]
    )

    @classmethod
    def of(cls, model: models.AgendaDay, calendar: Asked[str, Period]) -> Self:
        """Project a day of an agenda."""
        return cls(
            calendar=calendar,
            date=model.date,
            starts_at=model.starts_at,
            ends_at=model.ends_at,
            appointments=[Appointment.of(each) for each in model.appointments],
        )


@strawberry.type(directives=[DOCTOR])
class Agenda:
    """Some days of the doctor's; declined, cancelled and expired appointments are left out."""

    time_zone: str
    days: list[AgendaDay] = strawberry.field(directives=[list_size(14)])

    @classmethod
    def of(cls, model: models.Agenda) -> Self:
        """Project the model."""
        calendar = Asked(model.calendar_id, Period(model.starts_at, model.ends_at))
        return cls(time_zone=model.time_zone, days=[AgendaDay.of(day, calendar) for day in model.days])


def agenda_key(doctor: Node, *, first_day: FirstDay, last_day: LastDay) -> Asked[DoctorId, Dates]:
    """Return whose days, and which."""
    if not timedelta() <= last_day - first_day < timedelta(days=MAX_AGENDA_DAYS):
        raise BadUserInput(InputMistake.AGENDA_LENGTH, maximum=MAX_AGENDA_DAYS)
    return Asked(DoctorId(doctor.id), Dates(first_day, last_day))
