"""A doctor as patients find them: a projection of the ERP's registration, with a rating of its own."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints

from services.common.wire import Wire
from services.scheduling.models import Cents, Currency, Id, Text, Version
from services.scheduling.rules.hours import ZONES


def _known_zone(name: str) -> str:
    """Refuse a time zone that the tz database does not have."""
    if name not in ZONES:
        message = "not an IANA time zone"
        raise ValueError(message)
    return name


Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class DoctorStatus(StrEnum):
    """Whether a doctor may be found and booked."""

    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"


class DoctorOrder(StrEnum):
    """How found doctors are ordered: by name, nearest, best rated or cheapest first."""

    NAME = "NAME"
    DISTANCE = "DISTANCE"
    RATING = "RATING"
    PRICE = "PRICE"


class Crm(Wire):
    """A medical registration: its number is unique within one state (UF)."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    state: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]


class Clinic(Wire):
    """Where a doctor works; degrees in WGS 84."""

    name: Name
    city: Name
    state: Annotated[str, StringConstraints(pattern="^[A-Z]{2}$")]
    latitude: Latitude
    longitude: Longitude


class Rating(Wire):
    """The mean of `count` ratings from 1 to 5; null where there are none."""

    average: Annotated[float | None, Field(ge=1, le=5)]
    count: Annotated[int, Field(ge=0)]


class Profile(Wire):
    """What the ERP says of a doctor."""

    name: Name
    crm: Crm
    specialties: Annotated[tuple[Id, ...], Field(max_length=20)]
    bio: Text
    clinic: Clinic
    time_zone: Annotated[str, AfterValidator(_known_zone)]
    price_cents: Cents
    currency: Currency
    calendar_id: Annotated[str, StringConstraints(max_length=200)]
    status: DoctorStatus


class Registration(Profile):
    """A profile as of one version of the ERP's registration."""

    version: Version


class Doctor(Profile):
    """A doctor of the directory."""

    id: Id
    rating: Rating


class Specialty(Wire):
    """A field of medicine: `code` for programs, `name` for people, in Portuguese."""

    code: str
    name: str


class FoundDoctor(Wire):
    """A doctor that a search found, and how far from where it looked (null where it looked nowhere)."""

    doctor: Doctor
    distance_km: float | None


SPECIALTIES: Final = (
    Specialty(code="CARDIOLOGY", name="Cardiologia"),
    Specialty(code="GENERAL_PRACTICE", name="Clínica médica"),
    Specialty(code="DERMATOLOGY", name="Dermatologia"),
    Specialty(code="ENDOCRINOLOGY", name="Endocrinologia"),
    Specialty(code="GASTROENTEROLOGY", name="Gastroenterologia"),
    Specialty(code="GYNAECOLOGY", name="Ginecologia"),
    Specialty(code="NEUROLOGY", name="Neurologia"),
    Specialty(code="OPHTHALMOLOGY", name="Oftalmologia"),
    Specialty(code="ORTHOPAEDICS", name="Ortopedia"),
    Specialty(code="OTORHINOLARYNGOLOGY", name="Otorrinolaringologia"),
    Specialty(code="PAEDIATRICS", name="Pediatria"),
    Specialty(code="PSYCHIATRY", name="Psiquiatria"),
)
