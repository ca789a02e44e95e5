"""What routes work with, and who may come in."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Path, Request

from services.common.callers import Caller, Forbidden, Pool
from services.common.clock import Clock
from services.scheduling.bookings import Bookings
from services.scheduling.models import ID_LENGTH
from services.scheduling.offers import Offers
from services.scheduling.searching import Searches
from services.scheduling.store.appointments import Appointments
from services.scheduling.store.availability import Availabilities
from services.scheduling.store.directory import Directory

ERP_ROLES: Final = ("admin", "finance", "support", "auditor")
EVENTS: Final = "events"

PathId = Annotated[str, Path(max_length=ID_LENGTH)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """The stores and rules of the running app."""

    directory: Directory
    searches: Searches
    offers: Offers
    availabilities: Availabilities
    bookings: Bookings
    appointments: Appointments
    clock: Clock


async def parts_of_app(request: Request) -> Parts:
    """Give a route the parts of its app."""
    parts: Parts = request.app.state.parts
    return parts


PartsOf = Annotated[Parts, Depends(parts_of_app)]


def is_erp(caller: Caller) -> bool:
    """Say whether this is an ERP admin of any role; one of none may read nothing."""
    return caller.has_role(*ERP_ROLES)


def require(allowed: bool) -> None:
    """Raise FORBIDDEN unless the caller is allowed."""
    if not allowed:
        raise Forbidden


def is_only(caller: Caller, pool: Pool, ids: Collection[str]) -> bool:
    """Say whether the caller is a person of a pool who asks about nobody else."""
    return caller.pool == pool and all(caller.is_person(pool, each) for each in ids)
