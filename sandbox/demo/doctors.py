"""The demo's 300 doctors: as the ERP registered them, as patients find them, and when they work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Final

from sandbox.demo.dice import one_in
from sandbox.demo.geography import CITIES, City
from sandbox.demo.identity import demo_id, email
from sandbox.demo.words import CLINIC_NAMES, CLINICS, FIRST_NAMES, LAST_NAMES
from sandbox.people import BRUNO, DIEGO, Person
from services.erp.models import Clinic, Crm, Registration, RegistrationStatus
from services.scheduling.doctors import SPECIALTIES, Doctor, DoctorStatus, Rating
from services.scheduling.doctors import Registration as Listing
from services.scheduling.models import Availability, WeeklyRule

DOCTORS: Final = 300
_MORNING: Final = ("08:00", "12:10")
_AFTERNOON: Final = ("13:00", "17:10")
_WEEKDAYS: Final = range(5)
_SATURDAY: Final = 5
# Hours of the week by pattern: most doctors work all day, some half of it.
_PATTERNS: Final = ((_MORNING, _AFTERNOON), (_MORNING, _AFTERNOON), (_MORNING,), (_AFTERNOON,))
_SLOT_MINUTES: Final = (50, 50, 50, 30)
_CLINIC_SPREAD_DEGREES: Final = 0.06
_TOP_RATING: Final = 5.0
_MOST_POPULAR: Final = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDoctor:
    """A doctor; `popularity` is how often patients choose this one, as a weight."""

    registration: Registration
    listing: Listing
    rating: Rating
    availability: Availability
    popularity: float

    @property
    def id(self) -> str:
        """The doctor's id."""
        return self.registration.id

    @property
    def calendar_id(self) -> str:
        """The doctor's Google calendar: the registration's e-mail."""
        return self.registration.email

    @property
    def found(self) -> Doctor:
        """The doctor as patients find one."""
        return Doctor(**self.listing.model_dump(exclude={"version"}), id=self.id, rating=self.rating)


def doctors(now: datetime, rng: Random) -> Sequence[DemoDoctor]:
    """Return Bruno, Diego and the others, always the same ones; `now` is when the demo begins."""
    sao_paulo = next(city for city in CITIES if city.name == "São Paulo")
    rio = next(city for city in CITIES if city.name == "Rio de Janeiro")
    fixed = [
        _doctor(0, now, rng, sao_paulo, person=BRUNO, specialties=("CARDIOLOGY", "GENERAL_PRACTICE"), popularity=6),
        _doctor(1, now, rng, rio, person=DIEGO, specialties=("DERMATOLOGY",), popularity=3),
    ]
    weights = [city.weight for city in CITIES]
    others = [
        _doctor(
            number,
            now,
            rng,
            rng.choices(CITIES, weights)[0],
            specialties=_specialties(number, rng),
            popularity=min(_MOST_POPULAR, rng.paretovariate(2)),
        )
        for number in range(len(fixed), DOCTORS)
    ]
    return fixed + others


def _doctor(  # noqa: PLR0913  what differs between the two fixed doctors and the others
    number: int,
    now: datetime,
    rng: Random,
    city: City,
    *,
    specialties: tuple[str, ...],
    popularity: float,
    person: Person | None = None,
) -> DemoDoctor:
    registered_at = now - timedelta(days=rng.randrange(120, 900), minutes=rng.randrange(1440))
    name = person.name if person else f"{rng.choice(FIRST_NAMES)} {rng.choice(LAST_NAMES)} {rng.choice(LAST_NAMES)}"
    crm = person.login.partition("/") if person else (str(200_000 + 37 * number), "/", city.state)
    registration = Registration(
        id=person.id if person else demo_id("doc", registered_at, rng),
        name=name,
        crm=Crm.model_validate({"number": crm[0], "state": crm[2]}),
        email=person.email if person else email(name, number),
        specialties=specialties,
        bio=f"Atende por telemedicina desde {registered_at.year}, em {city.name} e em todo o Brasil.",
        clinic=_clinic(city, rng),
        time_zone=city.time_zone,
        price_cents=rng.randrange(120, 620, 10) * 100,
        currency="BRL",
        status=RegistrationStatus.ACTIVE,
        registered_at=registered_at,
        version=1,
    )
    ratings = rng.randrange(3, 240) if person or not one_in(10, rng) else 0
    average = round(min(_TOP_RATING, rng.gauss(4.4, 0.4)), 1) if ratings else None
    profile = registration.model_dump(exclude={"id", "email", "registered_at", "status"})
    return DemoDoctor(
        registration=registration,
        listing=Listing(**profile, calendar_id=registration.email, status=DoctorStatus.ACTIVE),
        rating=Rating(average=average, count=ratings),
        availability=_availability(registration, rng, all_day=person is not None),
        popularity=popularity,
    )


def _specialties(number: int, rng: Random) -> tuple[str, ...]:
    """Deal the twelve specialties out evenly; a fifth of the doctors has a second one."""
    codes = [specialty.code for specialty in SPECIALTIES]
    first = codes[number % len(codes)]
    second = rng.choice(codes)
    return (first, second) if second != first and one_in(5, rng) else (first,)


def _clinic(city: City, rng: Random) -> Clinic:
    return Clinic.model_validate(
        {
            "name": f"{rng.choice(CLINICS)} {rng.choice(CLINIC_NAMES)}",
            "city": city.name,
            "state": city.state,
            "latitude": round(city.latitude + rng.uniform(-_CLINIC_SPREAD_DEGREES, _CLINIC_SPREAD_DEGREES), 5),
            "longitude": round(city.longitude + rng.uniform(-_CLINIC_SPREAD_DEGREES, _CLINIC_SPREAD_DEGREES), 5),
        }
    )


def _availability(registration: Registration, rng: Random, *, all_day: bool) -> Availability:
    pattern = _PATTERNS[0] if all_day else rng.choice(_PATTERNS)
    rules = [
        WeeklyRule(weekday=weekday, starts_at=starts_at, ends_at=ends_at)
        for weekday in _WEEKDAYS
        for starts_at, ends_at in pattern
    ]
    if not all_day and one_in(7, rng):
        rules.append(WeeklyRule(weekday=_SATURDAY, starts_at=_MORNING[0], ends_at=_MORNING[1]))
    return Availability(
        doctor_id=registration.id,
        time_zone=registration.time_zone,
        slot_minutes=_SLOT_MINUTES[0] if all_day else rng.choice(_SLOT_MINUTES),
        rules=tuple(rules),
        exceptions=(),
        version=1,
    )
