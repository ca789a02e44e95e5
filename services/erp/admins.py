"""Admins: each may read about themselves."""

from collections.abc import Sequence

from fastapi import APIRouter

from services.common.wire import Ids, split_ids
from services.erp.context import ErpOf, ReaderOf
from services.erp.models import Admin

routes = APIRouter()


@routes.get("/admins")
async def admins(ids: Ids, caller: ReaderOf, erp: ErpOf) -> Sequence[Admin]:
    """Return the calling admin where their id is among `ids`; others are left out."""
    return await erp.admins.of_ids([each for each in split_ids(ids) if each == caller.actor])
