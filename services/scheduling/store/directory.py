"""The doctors' directory in MongoDB: collection `doctors`, `_id` is the doctor's id.

A document keeps the profile as the wire has it, and beside it what searches look at.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pymongo import ASCENDING, DESCENDING, GEOSPHERE, IndexModel
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import DuplicateKeyError

from services.common.table import InvalidCursor
from services.scheduling.doctors import Doctor, DoctorOrder, DoctorStatus, Rating, Registration
from services.scheduling.store.cursors import Place, place_of
from services.scheduling.store.names import folded, words_of

Document = dict[str, Any]
Database = AsyncDatabase[Document]

COLLECTION: Final = "doctors"
UNRATED: Final = Rating(average=None, count=0)
METRES_A_KM: Final = 1000
INDEXES: Final = (
    # The version is named because a server that fills it in takes a second start for a change of the index.
    IndexModel([("location", GEOSPHERE)], **{"2dsphereIndexVersion": 3}),
    IndexModel([("nameFolded", ASCENDING), ("_id", ASCENDING)]),
    IndexModel([("nameWords", ASCENDING)]),
    IndexModel([("ratingRank", DESCENDING), ("_id", ASCENDING)]),
    IndexModel([("priceCents", ASCENDING), ("_id", ASCENDING)]),
)

_ORDER_FIELDS: Final[Mapping[DoctorOrder, tuple[str, int]]] = {
    DoctorOrder.NAME: ("nameFolded", ASCENDING),
    DoctorOrder.DISTANCE: ("metres", ASCENDING),
    DoctorOrder.RATING: ("ratingRank", DESCENDING),
    DoctorOrder.PRICE: ("priceCents", ASCENDING),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for among active doctors. `near`: (latitude, longitude); DISTANCE order needs it."""

    order_by: DoctorOrder
    specialty: str | None = None
    near: tuple[float, float] | None = None
    max_distance_km: float | None = None
    min_rating: float | None = None
    max_price_cents: int | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A doctor that a search found, how far off (where it looked from somewhere), and where in its order."""

    doctor: Doctor
    distance_km: float | None
    place: Place


async def ensure_indexes(database: Database) -> None:
    """Create the directory's indexes where they are not there yet."""
    await database[COLLECTION].create_indexes(list(INDEXES))


def doctor_document(doctor_id: str, registration: Registration, rating: Rating = UNRATED) -> Document:
    """Return a doctor's whole document."""
    return {"_id": doctor_id} | _registered(registration) | _rated(rating)


class Directory:
    """The doctors that patients can find."""

    def __init__(self, database: Database) -> None:
        self._doctors: Final = database[COLLECTION]

    async def get(self, doctor_ids: Iterable[str]) -> Sequence[Doctor]:
        """Read doctors by id, suspended ones too, in no order; unknown ids are left out."""
        documents = self._doctors.find({"_id": {"$in": list(doctor_ids)}})
        return [_doctor(document) async for document in documents]

    async def save(self, doctor_id: str, registration: Registration) -> None:
        """Take a registration over, unless the directory has that version or a newer one; ratings stay."""
        try:
            await self._doctors.update_one(
                {"_id": doctor_id, "version": {"$lt": registration.version}},
                {"$set": _registered(registration), "$setOnInsert": _rated(UNRATED)},
                upsert=True,
            )
        except DuplicateKeyError:
            return  # The version at hand is not older, so the upsert tried to insert a second document.

    async def find(self, search: Search, after: Place | None, limit: int) -> Sequence[Found]:
        """Return active doctors in the search's order, those behind the place `after` only.

        The order is total (ties by id) and a place is a value, not a count: so pages neither repeat nor miss a doctor
        who stays where he was while others come and go.
        """
        field, direction = _ORDER_FIELDS[search.order_by]
        stages = [_candidates(search)]
        if after is not None:
            behind = {"$gt" if direction == ASCENDING else "$lt": after[1]}
            stages.append({"$match": {"$or": [{field: behind}, {field: after[1], "_id": {"$gt": after[2]}}]}})
        stages += [{"$sort": {field: direction, "_id": ASCENDING}}, {"$limit": limit}]
        documents = await self._doctors.aggregate(stages)
        return [_found(document, search.order_by) async for document in documents]


def search_place(order_by: DoctorOrder, cursor: str) -> Place:
    """Read the cursor of a search in this order; raise `InvalidCursor`."""
    place = place_of(cursor, str, str if order_by is DoctorOrder.NAME else float, str)
    if place[0] != order_by:
        raise InvalidCursor
    return place


def _candidates(search: Search) -> Document:
    """Return the first stage of the pipeline: whom the filters leave, with `metres` where there is a place."""
    bounds = {"ratingRank": ("$gte", search.min_rating), "priceCents": ("$lte", search.max_price_cents)}
    query: Document = {"status": DoctorStatus.ACTIVE.value}
    query |= {field: {operator: bound} for field, (operator, bound) in bounds.items() if bound is not None}
    if search.specialty is not None:
        query["specialties"] = search.specialty
    if search.name is not None:
        # A name of no letters finds nobody: the empty alternative of `$in` matches no document.
        words = words_of(search.name)
        query["$and"] = [{"nameWords": {"$regex": f"^{word}"}} for word in words] or [{"_id": {"$in": []}}]
    if search.near is None:
        return {"$match": query}
    latitude, longitude = search.near
    near: Document = {
        "near": _point(latitude, longitude),
        "distanceField": "metres",
        "key": "location",
        "spherical": True,
        "query": query,
    }
    if search.max_distance_km is not None:
        near["maxDistance"] = search.max_distance_km * METRES_A_KM
    return {"$geoNear": near}


def _registered(registration: Registration) -> Document:
    clinic = registration.clinic
    return {
        "version": registration.version,
        "profile": registration.model_dump(mode="json", exclude={"version"}),
        "status": registration.status.value,
        "specialties": list(registration.specialties),
        "priceCents": registration.price_cents,
        "nameFolded": folded(registration.name),
        "nameWords": list(words_of(registration.name)),
        "location": _point(clinic.latitude, clinic.longitude),
    }


def _rated(rating: Rating) -> Document:
    """Return a rating, and its rank: a number also where there is none, so that it can be compared."""
    return {"rating": rating.model_dump(), "ratingRank": rating.average or 0.0}


def _point(latitude: float, longitude: float) -> Document:
    return {"type": "Point", "coordinates": [longitude, latitude]}


def _doctor(document: Document) -> Doctor:
    return Doctor.model_validate(document["profile"] | {"id": document["_id"], "rating": document["rating"]})


def _found(document: Document, order_by: DoctorOrder) -> Found:
    value = document[_ORDER_FIELDS[order_by][0]]
    place = (order_by.value, value if isinstance(value, str) else float(value), document["_id"])
    metres = document.get("metres")
    return Found(_doctor(document), None if metres is None else round(metres / METRES_A_KM, 3), place)
