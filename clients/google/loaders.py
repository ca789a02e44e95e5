"""Loaders over Google: many keys at one level of a query, one call."""

from collections.abc import Mapping, Sequence

from clients.google.client import MAX_CALENDARS, MAX_EVENTS, GoogleClient
from clients.google.models import BusyTimes, CalendarEvent, EventKey, Period
from clients.google.periods import spans
from clients.loaders import ArgumentLoader, Asked, BatchLoader


class CalendarEventByIdLoader(BatchLoader[GoogleClient, EventKey, CalendarEvent | None]):
    """Events by calendar and id; absent is None, deleted is `cancelled`."""

    client_type = GoogleClient
    max_batch_size = MAX_EVENTS

    async def fetch(self, keys: Sequence[EventKey]) -> Mapping[EventKey, CalendarEvent]:
        """One batch for all events, of whatever calendars."""
        return await self.client.events(keys)


class BusyTimesByCalendarLoader(ArgumentLoader[GoogleClient, str, Period, BusyTimes | None]):
    """When each calendar is busy in some period; absent is None, which is not the same as free all the time.

    The days of an agenda are asked for together: periods up to 90 days apart share one call.
    """

    client_type = GoogleClient
    max_batch_size = MAX_CALENDARS

    async def fetch(self, keys: Sequence[Asked[str, Period]]) -> Mapping[Asked[str, Period], BusyTimes | None]:
        """One call for all calendars over the span of their periods, cut to each key's own."""
        span_of = spans(asked.how for asked in keys)
        wider = {asked: Asked(asked.key, span_of[asked.how]) for asked in keys}
        found = await super().fetch(tuple(dict.fromkeys(wider.values())))
        return {asked: busy.within(asked.how) for asked in keys if (busy := found.get(wider[asked])) is not None}

    async def fetch_as(self, keys: Sequence[str], how: Period) -> Mapping[str, BusyTimes]:
        """One call for all calendars over the same period."""
        return await self.client.busy(keys, how)
