"""Searching doctors page by page, also for those who are free on a date."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from services.scheduling.offers import Offers
from services.scheduling.store.cursors import cursor_of
from services.scheduling.store.directory import Directory, Found, Search, search_place

BATCH: Final = 50
MAX_CANDIDATES: Final = 300


@dataclass(frozen=True, slots=True)
class Page:
    """Some found doctors, and the cursor of the next page (None at the end)."""

    items: Sequence[Found]
    next: str | None


class Searches:
    """Doctors by what patients ask for."""

    def __init__(self, directory: Directory, offers: Offers) -> None:
        self._directory: Final = directory
        self._offers: Final = offers

    async def page(self, search: Search, available_on: date | None, limit: int, after: str | None) -> Page:
        """Return at most `limit` doctors behind the cursor `after`; raise `InvalidCursor`.

        Whether a doctor is free on a date is computed, for at most `MAX_CANDIDATES` doctors a page: so with
        `available_on` a page can be short, or empty, and yet have a next one.
        """
        place = search_place(search.order_by, after) if after is not None else None
        size = limit + 1 if available_on is None else BATCH
        found: list[Found] = []
        examined = 0
        while True:
            batch = await self._directory.find(search, place, size)
            found += await self._free(batch, available_on)
            if len(found) > limit:
                return Page(found[:limit], cursor_of(found[limit - 1].place))
            if len(batch) < size:
                return Page(found, None)
            place = batch[-1].place
            examined += len(batch)
            if examined >= MAX_CANDIDATES:
                return Page(found, cursor_of(place))

    async def _free(self, batch: Sequence[Found], available_on: date | None) -> Sequence[Found]:
        if available_on is None:
            return batch
        free = await self._offers.free([each.doctor.id for each in batch], available_on, 1)
        return [each for each in batch if free.get(each.doctor.id)]
