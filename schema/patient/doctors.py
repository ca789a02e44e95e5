"""Finding a doctor: public, since people look around before they register."""

from datetime import date, datetime
from typing import Annotated, Final, Self

import strawberry

from clients.ids import DoctorId
from clients.loaders import Asked
from clients.pages import Page
from clients.scheduling import models
from clients.scheduling.loaders import (
    Days,
    NextSlotByDoctorLoader,
    SearchPage,
    SlotsByDoctorLoader,
)
from schema.common.caching import PRIVATE, cached
from schema.common.costs import list_size
from schema.common.doctors import Clinic, Crm, Specialty
from schema.common.enums import DoctorOrder
from schema.common.errors import BadUserInput
from schema.common.loaded import loaded
from schema.common.messages import InputMistake
from schema.common.nodes import Node
from schema.common.pagination import DEFAULT_PAGE_SIZE, After, Connection, First, connection, page_request
from schema.common.permissions import PUBLIC

MAX_SLOT_DAYS: Final = 31


@strawberry.type(directives=[PUBLIC])
class Slot:
    """A free time that can be booked."""

    starts_at: datetime
    ends_at: datetime

    @classmethod
    def of(cls, model: models.Slot) -> Self:
        """Project the model."""
        return cls(starts_at=model.starts_at, ends_at=model.ends_at)


@strawberry.type(directives=[PUBLIC])
class Rating:
    """What patients gave, 1 to 5; no average while nobody has rated."""

    average: float | None
    count: int


FromDate = Annotated[date, strawberry.argument(name="from", description="The first day, in the doctor's zone.")]


def _slots_key(doctor: "Doctor", *, from_date: FromDate, days: int = 7) -> Asked[DoctorId, Days]:
    if not 1 <= days <= MAX_SLOT_DAYS:
        raise BadUserInput(InputMistake.SLOT_DAYS, maximum=MAX_SLOT_DAYS)
    return Asked(DoctorId(doctor.id), Days(from_date, days))


@strawberry.type(directives=[PUBLIC])
class Doctor(Node):
    """A doctor, as patients see one."""

    name: str
    crm: Crm
    specialties: list[Specialty] = strawberry.field(directives=[list_size(3)])
    bio: str
    clinic: Clinic
    time_zone: str
    price_cents: int
    currency: str
    rating: Rating
    distance_km: float | None = strawberry.field(directives=[PRIVATE])
    slots: list[Slot] | None = loaded(
        SlotsByDoctorLoader,
        key=_slots_key,
        into=lambda slots: [Slot.of(each) for each in slots],
        directives=[list_size(100), cached(10)],
    )
    next_slot: Slot | None = loaded(
        NextSlotByDoctorLoader, key=lambda doctor: doctor.id, into=Slot.of, directives=[cached(10)]
    )

    @classmethod
    def of(cls, model: models.Doctor, distance_km: float | None = None) -> Self:
        """Project the model; a distance is known where a search said from where."""
        return cls(
            id=strawberry.ID(model.id),
            name=model.name,
            crm=Crm.of(model.crm),
            specialties=[Specialty(code=code) for code in model.specialties],
            bio=model.bio,
            clinic=Clinic.of(model.clinic),
            time_zone=model.time_zone,
            price_cents=model.price_cents,
            currency=model.currency,
            rating=Rating(average=model.rating.average, count=model.rating.count),
            distance_km=distance_km,
        )


@strawberry.input
class Near:
    """A place to measure distances from: degrees, WGS 84."""

    latitude: float
    longitude: float


@strawberry.input
class DoctorFilter:
    """Which doctors; what is left out does not filter."""

    specialty: str | None = None
    near: Near | None = None
    max_distance_km: float | None = None
    min_rating: float | None = None
    max_price_cents: int | None = None
    name: str | None = None
    available_on: date | None = None


def _search(chosen: DoctorFilter | None, order: DoctorOrder | None) -> models.DoctorSearch:
    wanted = chosen or DoctorFilter()
    if wanted.near is None and (order is DoctorOrder.DISTANCE or wanted.max_distance_km is not None):
        raise BadUserInput(InputMistake.NO_PLACE)
    return models.DoctorSearch(
        specialty=wanted.specialty,
        latitude=wanted.near.latitude if wanted.near else None,
        longitude=wanted.near.longitude if wanted.near else None,
        max_distance_km=wanted.max_distance_km,
        min_rating=wanted.min_rating,
        max_price_cents=wanted.max_price_cents,
        name=wanted.name,
        available_on=wanted.available_on,
        order_by=order or DoctorOrder.NAME,
    )


def doctors_key(
    _root: object,
    *,
    filter: DoctorFilter | None = None,
    order_by: DoctorOrder | None = DoctorOrder.NAME,
    first: First = DEFAULT_PAGE_SIZE,
    after: After = None,
) -> SearchPage:
    """Return what to search for."""
    return SearchPage(_search(filter, order_by), page_request(first, after))


def doctor_connection(_root: object, asked: SearchPage, page: Page[models.FoundDoctor]) -> Connection[Doctor]:
    """Project a page of search hits."""
    return connection(page, asked.page, lambda hit: Doctor.of(hit.doctor, hit.distance_km))
