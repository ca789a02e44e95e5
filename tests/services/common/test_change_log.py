import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from datetime import timedelta

import pytest

from services.common.change_log import ChangeLog, Pace, Told
from services.common.late_reading import Reach
from services.common.outbox import Event
from tests.services.common.logs import MemoryLog, Time

pytestmark = pytest.mark.anyio

PACE = Pace(
    poll_seconds=0.005,
    heartbeat_seconds=0.03,
    retry_seconds=0.01,
    max_waiting=10,
    reach=Reach(recent_seconds=2, thorough_seconds=0.01, late_seconds=60),
)


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def log() -> MemoryLog:
    return MemoryLog()


@pytest.fixture
def changes(log: MemoryLog, time: Time) -> ChangeLog:
    return ChangeLog(log, time.clock, PACE, time.monotonic)


async def taken(told: AsyncGenerator[Told], count: int) -> list[Told]:
    """Return the next events, heartbeats left out."""
    events: list[Told] = []
    async with asyncio.timeout(5):
        while len(events) < count:
            if (each := await anext(told)).event is not None:
                events.append(each)
    return events


async def began(told: AsyncGenerator[Told]) -> str:
    """Return the cursor that a reader gets at once."""
    first = await anext(told)
    assert first.event is None
    return first.cursor


async def moved_on(told: AsyncGenerator[Told], cursor: str) -> str:
    """Return the cursor of the first heartbeat with another one."""
    while (beat := await anext(told)).cursor == cursor:
        assert beat.event is None
    return beat.cursor


def of(told: list[Told]) -> list[Event | None]:
    return [each.event for each in told]


async def test_a_reader_hears_of_what_happens(changes: ChangeLog, log: MemoryLog, time: Time) -> None:
    async with aclosing(changes.follow(None)) as told:
        await began(told)
        for number in range(5):
            log.written.append(time.event(number))
            time.seconds += 1
        assert of(await taken(told, 5)) == log.written


async def test_without_a_cursor_a_reader_hears_what_one_of_now_would_still_hear(
    changes: ChangeLog, log: MemoryLog, time: Time
) -> None:
    log.written.append(time.event(1))
    time.seconds += 100
    log.written.append(time.event(2))
    async with aclosing(changes.follow(None)) as told:
        assert of(await taken(told, 1)) == log.written[1:]


async def test_a_reader_goes_on_where_it_was(changes: ChangeLog, log: MemoryLog, time: Time) -> None:
    """Whatever the cursor: nothing that was not heard is left out, however long the reader was away."""
    async with aclosing(changes.follow(None)) as told:
        cursors = [await began(told)]
        for number in range(20):
            log.written.append(time.event(number))
            cursors += [each.cursor for each in await taken(told, 1)]
            time.seconds += 20
    time.seconds += 3600
    log.written.append(time.event(20))
    for heard, cursor in enumerate(cursors):
        async with aclosing(changes.follow(cursor)) as told:
            events: list[Event | None] = []
            while log.written[-1] not in events:
                events += of(await taken(told, 1))
            assert all(each in events for each in log.written[heard:])
            assert len(events) <= 21 - heard + 8, "what is told again is what may have come late: two minutes of it"


async def test_a_heartbeat_moves_the_cursor_along(changes: ChangeLog, log: MemoryLog, time: Time) -> None:
    log.written.append(time.event())
    async with aclosing(changes.follow(None)) as told, asyncio.timeout(5):
        cursor = await began(told)
        await taken(told, 1)
        for _ in range(2):
            time.seconds += 1000
            cursor = await moved_on(told, cursor)
        assert log.written[0].id < cursor
    async with aclosing(changes.follow(cursor)) as told:
        log.written.append(time.event())
        assert of(await taken(told, 1)) == log.written[1:]


@pytest.mark.parametrize("leaves", [True, False])
async def test_a_process_that_did_not_see_the_clock_move_loses_nothing(
    log: MemoryLog, time: Time, changes: ChangeLog, leaves: bool
) -> None:
    """What was under way when the clock was moved and the service started anew is heard within a minute."""
    async with aclosing(changes.follow(None)) as told:
        cursor = await began(told)
    late, early = time.event(1), time.event(2)
    log.written.append(early)
    time.moved += timedelta(hours=48)
    log.written.append(time.event(3))
    started_anew = ChangeLog(log, time.clock, PACE, time.monotonic)
    told = started_anew.follow(cursor)
    heard = await taken(told, 2)
    if leaves:
        await told.aclose()
        told = started_anew.follow(heard[-1].cursor)
        await taken(told, 2)
    log.written.append(late)
    time.seconds += PACE.reach.late_seconds
    assert of(await taken(told, 1)) == [late]
    log.written.append(time.event(4))
    (last,) = await taken(told, 1)
    assert last.event == log.written[-1]
    assert last.cursor > late.id
    await told.aclose()


async def test_what_is_written_while_a_reader_catches_up_comes_once(
    changes: ChangeLog, log: MemoryLog, time: Time
) -> None:
    log.written += [time.event(number) for number in range(5)]
    async with aclosing(changes.follow(None)) as told:
        await began(told)
        events = of(await taken(told, 2))
        log.written.append(time.event(5))
        await asyncio.sleep(0.05)
        events += of(await taken(told, 4))
        log.written.append(time.event(6))
        events += of(await taken(told, 1))
    assert len(events) == 7
    assert all(each in events for each in log.written)


async def test_who_reads_too_slowly_is_let_go_and_comes_back(changes: ChangeLog, log: MemoryLog, time: Time) -> None:
    """What waits is bounded; the cursor of the last event heard leads to all that was let go."""
    async with aclosing(changes.follow(None)) as told:
        await began(told)
        log.written.append(time.event())
        (last,) = await taken(told, 1)
        log.written += [time.event(number) for number in range(PACE.max_waiting + 1)]
        await asyncio.sleep(0.1)
        with pytest.raises(StopAsyncIteration):
            await anext(told)
    async with aclosing(changes.follow(last.cursor)) as told:
        events = of(await taken(told, len(log.written)))
        assert all(each in events for each in log.written)


async def test_one_reading_serves_all_and_none_is_made_for_nobody(
    changes: ChangeLog, log: MemoryLog, time: Time
) -> None:
    async with aclosing(changes.follow(None)) as one, aclosing(changes.follow(None)) as other:
        await began(one)
        await began(other)
        polling = changes._polling
        log.written.append(time.event())
        assert of(await taken(one, 1)) == of(await taken(other, 1)) == log.written
        assert changes._polling is polling
        assert changes.readers == 2
    assert changes.readers == 0
    await asyncio.sleep(0.02)
    assert polling is not None
    assert polling.done()
    read = log.read
    await asyncio.sleep(0.05)
    assert log.read == read


async def test_an_outage_of_the_table_ends(changes: ChangeLog, log: MemoryLog, time: Time) -> None:
    async with aclosing(changes.follow(None)) as told:
        await began(told)
        log.down = True
        log.written.append(time.event())
        await asyncio.sleep(0.05)
        log.down = False
        assert of(await taken(told, 1)) == log.written


async def test_a_process_that_stops_ends_its_readers_and_takes_no_more(log: MemoryLog, time: Time) -> None:
    async with asyncio.timeout(5), ChangeLog(log, time.clock, PACE, time.monotonic) as changes:
        told = changes.follow(None)
        await began(told)
        changes.end()
        assert [each.event async for each in told] == []
        log.written += [time.event(number) for number in range(3)]
        assert [each.event async for each in changes.follow(None)] == [None, min(log.written, key=lambda each: each.id)]
    assert changes.readers == 0
