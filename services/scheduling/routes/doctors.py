"""Finding doctors, and being told of them by the ERP's events."""

from collections.abc import Sequence
from typing import Annotated, Final, Self

from fastapi import APIRouter, Query
from pydantic import Field, StringConstraints, model_validator

from services.common.callers import CallerOf
from services.common.wire import Cursor, Ids, Limit, Wire, split_ids
from services.scheduling.doctors import (
    SPECIALTIES,
    Doctor,
    DoctorOrder,
    FoundDoctor,
    Latitude,
    Longitude,
    Registration,
    Specialty,
)
from services.scheduling.models import Cents, Day, Id
from services.scheduling.routes.parts import EVENTS, PartsOf, PathId, require
from services.scheduling.store.directory import Search

# Half the way around the Earth: nobody is further away.
EARTH_KM: Final = 20_100

routes = APIRouter()


class SearchQuery(Wire):
    """Whom to search: every filter that is given must hold. `availableOn` is a date in the doctor's zone."""

    specialty: Id | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    max_distance_km: Annotated[float, Field(gt=0, le=EARTH_KM, allow_inf_nan=False)] | None = None
    min_rating: Annotated[float, Field(ge=0, le=5, allow_inf_nan=False)] | None = None
    max_price_cents: Cents | None = None
    name: Annotated[str, StringConstraints(max_length=200)] | None = None
    available_on: Day | None = None
    order_by: DoctorOrder = DoctorOrder.NAME
    limit: Limit = 20
    after: Cursor = None

    @model_validator(mode="after")
    def place(self) -> Self:
        """Refuse half a place, and distances from no place."""
        if (self.latitude is None) != (self.longitude is None):
            message = "latitude and longitude belong together"
            raise ValueError(message)
        if self.latitude is None and (self.max_distance_km is not None or self.order_by is DoctorOrder.DISTANCE):
            message = "a distance needs latitude and longitude"
            raise ValueError(message)
        return self

    def search(self) -> Search:
        """Return what the directory looks for."""
        near = None if self.latitude is None or self.longitude is None else (self.latitude, self.longitude)
        return Search(
            order_by=self.order_by,
            specialty=self.specialty,
            near=near,
            max_distance_km=self.max_distance_km,
            min_rating=self.min_rating,
            max_price_cents=self.max_price_cents,
            name=self.name,
        )


class FoundDoctors(Wire):
    """A page of found doctors."""

    items: tuple[FoundDoctor, ...]
    next: str | None


@routes.get("/specialties")
async def specialties() -> Sequence[Specialty]:
    """List all specialties by their names."""
    return SPECIALTIES


@routes.get("/doctors")
async def doctors(ids: Ids, parts: PartsOf) -> Sequence[Doctor]:
    """Read doctors by id, suspended ones too, in no order."""
    return await parts.directory.get(split_ids(ids))


@routes.get("/doctors/search")
async def search_doctors(query: Annotated[SearchQuery, Query()], parts: PartsOf) -> FoundDoctors:
    """Search active doctors. With `availableOn` a page can be short and yet have a next one."""
    page = await parts.searches.page(query.search(), query.available_on, query.limit, query.after)
    found = tuple(FoundDoctor(doctor=each.doctor, distance_km=each.distance_km) for each in page.items)
    return FoundDoctors(items=found, next=page.next)


@routes.put("/doctors/{doctor_id}", status_code=204)
async def put_doctor(doctor_id: PathId, registration: Registration, caller: CallerOf, parts: PartsOf) -> None:
    """Take over the ERP's registration of a doctor; a version that is not newer changes nothing. For events only."""
    require(caller.is_service(EVENTS))
    await parts.directory.save(doctor_id, registration)
