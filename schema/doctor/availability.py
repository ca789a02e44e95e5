"""When the doctor can be booked: weekly hours, and the dates that differ."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, ClassVar, Final, Self

import strawberry

from clients.ids import DoctorId
from clients.scheduling import availability as models
from schema.common.costs import list_size
from schema.common.messages import ProblemCode
from schema.common.permissions import DOCTOR
from schema.common.principals import person_id
from schema.common.problems import InvalidInput, Problem, outcome
from schema.doctor.context import DoctorInfo


@strawberry.type(directives=[DOCTOR])
class WeeklyRule:
    """Hours of one weekday (0 is Monday) in the doctor's zone, as `HH:MM`."""

    weekday: int
    starts_at: str
    ends_at: str

    @classmethod
    def of(cls, model: models.WeeklyRule) -> Self:
        """Project the model."""
        return cls(weekday=model.weekday, starts_at=model.starts_at, ends_at=model.ends_at)


@strawberry.type(directives=[DOCTOR])
class AvailabilityException:
    """One date that differs: open at other hours, or not `available` at these hours; none means all day."""

    date: date
    starts_at: str | None
    ends_at: str | None
    available: bool

    @classmethod
    def of(cls, model: models.AvailabilityException) -> Self:
        """Project the model."""
        return cls(date=model.date, starts_at=model.starts_at, ends_at=model.ends_at, available=model.available)


@strawberry.type(directives=[DOCTOR])
class Availability:
    """When the doctor can be booked, in slots of `slotMinutes`."""

    time_zone: str
    slot_minutes: int
    rules: list[WeeklyRule] = strawberry.field(directives=[list_size(14)])
    exceptions: list[AvailabilityException] = strawberry.field(directives=[list_size(20)])

    @classmethod
    def of(cls, model: models.Availability) -> Self:
        """Project the model."""
        return cls(
            time_zone=model.time_zone,
            slot_minutes=model.slot_minutes,
            rules=[WeeklyRule.of(each) for each in model.rules],
            exceptions=[AvailabilityException.of(each) for each in model.exceptions],
        )


@strawberry.input
class WeeklyRuleInput:
    """Hours of one weekday (0 is Monday) in `timeZone`, as `HH:MM`; an end may be `24:00`."""

    weekday: int
    starts_at: str
    ends_at: str

    def model(self) -> models.WeeklyRule:
        """Return what scheduling is told."""
        return models.WeeklyRule(weekday=self.weekday, starts_at=self.starts_at, ends_at=self.ends_at)


@strawberry.input
class AvailabilityExceptionInput:
    """One date that differs: open at other hours, or not `available` at these hours; none means all day."""

    date: date
    available: bool
    starts_at: str | None = None
    ends_at: str | None = None

    def model(self) -> models.AvailabilityException:
        """Return what scheduling is told."""
        return models.AvailabilityException(
            date=self.date, starts_at=self.starts_at, ends_at=self.ends_at, available=self.available
        )


@strawberry.input
class SetAvailabilityInput:
    """The whole availability: it replaces what was there, exceptions too."""

    time_zone: str
    slot_minutes: int
    rules: list[WeeklyRuleInput]
    exceptions: list[AvailabilityExceptionInput] = strawberry.field(default_factory=list)

    def model(self) -> models.AvailabilityInput:
        """Return what scheduling is told."""
        return models.AvailabilityInput(
            time_zone=self.time_zone,
            slot_minutes=self.slot_minutes,
            rules=tuple(each.model() for each in self.rules),
            exceptions=tuple(each.model() for each in self.exceptions),
        )


@strawberry.type(directives=[DOCTOR])
class AvailabilitySet:
    """Patients can book these hours."""

    availability: Availability

    @classmethod
    def of(cls, model: models.Availability) -> Self:
        """Project the model."""
        return cls(availability=Availability.of(model))


@strawberry.type
class InvalidAvailability(Problem):
    """Hours that overlap, that end before they start, or that make no sense."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.INVALID_AVAILABILITY


@strawberry.type
class AvailabilityConflict(Problem):
    """A booked appointment would fall outside the new hours."""

    problem_code: ClassVar[ProblemCode] = ProblemCode.AVAILABILITY_CONFLICT


SetAvailabilityProblem = InvalidAvailability | AvailabilityConflict | InvalidInput
SetAvailabilityResult = Annotated[AvailabilitySet | SetAvailabilityProblem, strawberry.union("SetAvailabilityResult")]

_PROBLEMS: Final[Mapping[str, type[SetAvailabilityProblem]]] = {
    "INVALID_AVAILABILITY": InvalidAvailability,
    "AVAILABILITY_CONFLICT": AvailabilityConflict,
    "INVALID_REQUEST": InvalidInput,
}


async def set_availability(info: DoctorInfo, input: SetAvailabilityInput) -> SetAvailabilityResult:
    """Replace when the doctor can be booked; nothing changes where a booked appointment would fall outside."""
    doctor_id = DoctorId(person_id(info.context.principal))
    call = info.context.scheduling.set_availability(doctor_id, input.model())
    return await outcome(call, AvailabilitySet.of, _PROBLEMS)
