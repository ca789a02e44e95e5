from datetime import UTC, datetime, timedelta

import pytest

from clients.google.client import GoogleClient
from clients.google.loaders import BusyTimesByCalendarLoader, CalendarEventByIdLoader
from clients.google.models import EventKey, NewMeeting, Period
from clients.ids import AppointmentId
from clients.loaders import Asked

pytestmark = pytest.mark.anyio

MIDNIGHT = datetime(2026, 11, 24, tzinfo=UTC)
FREE_BUSY = "/calendar/v3/freeBusy"
BATCH = "/batch/calendar/v3"


def day(n: int) -> Period:
    return Period(MIDNIGHT + timedelta(days=n), MIDNIGHT + timedelta(days=n + 1))


def meeting(n: int) -> NewMeeting:
    starts_at = MIDNIGHT + timedelta(days=n, hours=12)
    return NewMeeting(
        event_id=f"load{n:04}",
        appointment_id=AppointmentId(f"apt_{n}"),
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        time_zone="America/Sao_Paulo",
    )


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (10, 1), (50, 1), (51, 2), (101, 3)])
async def test_busy_times_cost_a_call_for_each_fifty_calendars(
    client: GoogleClient, calls: list[str], count: int, expected: int
) -> None:
    loader = BusyTimesByCalendarLoader(client)
    found = await loader.load_many([Asked(f"c{n}@clinic.example", day(0)) for n in range(count)])
    assert calls == [FREE_BUSY] * expected
    assert [busy.calendar_id for busy in found if busy] == [f"c{n}@clinic.example" for n in range(count)]


async def test_the_days_of_an_agenda_share_one_call(client: GoogleClient, calls: list[str]) -> None:
    """Each day gets its own busy times; a calendar beyond reach gets None, not an empty day."""
    for n in (0, 2):
        await client.insert_meeting("agenda@clinic.example", meeting(n))
    calls.clear()
    loader = BusyTimesByCalendarLoader(client)
    days = await loader.load_many([Asked("agenda@clinic.example", day(n)) for n in range(3)])
    assert calls == [FREE_BUSY]
    assert [len(busy.periods) for busy in days if busy] == [1, 0, 1]
    mixed = [Asked("agenda@clinic.example", day(1)), Asked("a@elsewhere.example", day(1))]
    assert [busy is None for busy in await BusyTimesByCalendarLoader(client).load_many(mixed)] == [False, True]


async def test_years_apart_are_two_calls(client: GoogleClient, calls: list[str]) -> None:
    asked = [Asked("agenda@clinic.example", day(0)), Asked("agenda@clinic.example", day(365))]
    assert None not in await BusyTimesByCalendarLoader(client).load_many(asked)
    assert calls == [FREE_BUSY] * 2


@pytest.mark.parametrize(("count", "expected"), [(1, 1), (10, 1), (50, 1), (51, 2), (101, 3)])
async def test_events_cost_a_call_for_each_fifty(
    client: GoogleClient, calls: list[str], count: int, expected: int
) -> None:
    there = (await client.insert_meeting("events@clinic.example", meeting(0))).key
    calls.clear()
    absent = [EventKey("events@clinic.example", f"absent{n}") for n in range(count - 1)]
    found = await CalendarEventByIdLoader(client).load_many([there, *absent])
    assert calls == [BATCH] * expected
    assert [event.key for event in found if event] == [there]
