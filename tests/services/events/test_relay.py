import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from services.common.outbox import Event
from services.events.relay import Pace, Relay

pytestmark = pytest.mark.anyio

PACE = Pace(
    poll_seconds=0.01,
    first_retry_seconds=0.02,
    longest_retry_seconds=0.04,
    delivery_seconds=0.5,
    at_once=4,
    retries_at_once=2,
)


def event(number: int, entity: str, version: int) -> Event:
    at = datetime(2026, 11, 24, 12, tzinfo=UTC)
    return Event(
        id=f"evt_{number:06}", type="thing.happened", entity=entity, version=version, at=at, data={"secret": "Ana"}
    )


class Log:
    """An outbox in memory that counts what is asked of it; `stale` events are shown though they are settled."""

    def __init__(self, events: Sequence[Event]) -> None:
        self.events = {each.id: each for each in events}
        self.stale: dict[str, Event] = {}
        self.settled: list[Event] = []
        self.failing_reads = 0

    async def pending(self, limit: int = 100) -> Sequence[Event]:
        """Show the oldest."""
        if self.failing_reads:
            self.failing_reads -= 1
            raise ConnectionError
        shown = sorted((self.events | self.stale).items())[:limit]
        await asyncio.sleep(0)
        return [each for _, each in shown]

    async def settle(self, event: Event) -> None:
        """Take it out."""
        self.settled.append(event)
        del self.events[event.id]


@asynccontextmanager
async def relaying(log: Log, consume: Callable[[Event], Awaitable[None]], pace: Pace = PACE) -> AsyncIterator[None]:
    relay = asyncio.create_task(Relay(log, consume, pace).run())
    try:
        yield
    finally:
        relay.cancel()
        await asyncio.wait([relay])


async def until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not true():  # noqa: ASYNC110  the relay tells nobody
            await asyncio.sleep(0.005)


async def test_events_of_an_entity_are_delivered_in_the_order_of_their_versions() -> None:
    """Ids of one millisecond sort at random, and clocks of two processes differ: the version decides."""
    versions = [3, 1, 2, 5, 4]
    log = Log([event(number, "apt_1", version) for number, version in enumerate(versions)])
    seen: list[int] = []

    async def consume(each: Event) -> None:
        await asyncio.sleep(0.001)
        seen.append(each.version)

    async with relaying(log, consume):
        await until(lambda: not log.events)
    assert seen == [1, 2, 3, 4, 5]


async def test_an_event_is_settled_only_after_its_consumer_is_done() -> None:
    log = Log([event(1, "apt_1", 1)])
    settled_at_the_time: list[int] = []

    async def consume(_: Event) -> None:
        await asyncio.sleep(0.03)
        settled_at_the_time.append(len(log.settled))

    async with relaying(log, consume):
        await until(lambda: not log.events)
    assert settled_at_the_time == [0]


async def test_a_failing_event_is_retried_until_it_succeeds_before_the_next_of_its_entity() -> None:
    log = Log([event(1, "apt_1", 1), event(2, "apt_1", 2)])
    seen: list[int] = []

    async def consume(each: Event) -> None:
        seen.append(each.version)
        if len(seen) < 4:
            raise ConnectionError

    async with relaying(log, consume):
        await until(lambda: not log.events)
    assert seen == [1, 1, 1, 1, 2]


async def test_a_poison_event_holds_up_nobody_else_and_is_never_given_up() -> None:
    """Not even where there are more of them than one read of the outbox shows."""
    poison = [event(number, f"apt_poison{number}", 1) for number in range(250)]
    good = [event(1000 + number, f"apt_good{number}", 1) for number in range(50)]
    log = Log([*poison, *good])
    attempts: dict[str, int] = {}

    async def consume(each: Event) -> None:
        attempts[each.id] = attempts.get(each.id, 0) + 1
        if each in poison:
            raise KeyError(each.id)

    async with relaying(log, consume):
        await until(lambda: len(log.settled) == len(good))
        await until(lambda: all(attempts[each.id] >= 3 for each in poison))
    assert {each.id for each in log.settled} == {each.id for each in good}
    assert all(attempts[each.id] == 1 for each in good)


async def test_a_delivery_that_hangs_is_a_failure() -> None:
    log = Log([event(number, f"apt_{number}", 1) for number in range(8)])
    hung: set[str] = set()

    async def consume(each: Event) -> None:
        if each.id not in hung:
            hung.add(each.id)
            await asyncio.Event().wait()

    async with relaying(log, consume, Pace(poll_seconds=0.01, delivery_seconds=0.05, first_retry_seconds=0.02)):
        await until(lambda: not log.events)


async def test_no_more_than_so_many_deliveries_at_once() -> None:
    log = Log([event(number, f"apt_{number}", 1) for number in range(30)])
    now, most = 0, 0

    async def consume(_: Event) -> None:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0.005)
        now -= 1

    async with relaying(log, consume):
        await until(lambda: not log.events)
    assert most == PACE.at_once


async def test_what_hangs_again_and_again_takes_no_place_from_what_is_new() -> None:
    stuck = [event(number, f"apt_stuck{number}", 1) for number in range(20)]
    log = Log(stuck)
    failed: set[str] = set()
    hanging = asyncio.Event()
    delivered = asyncio.Event()

    async def consume(each: Event) -> None:
        if each not in stuck:
            delivered.set()
        elif each.id in failed:
            hanging.set()
            await asyncio.Event().wait()
        else:
            failed.add(each.id)
            raise ConnectionError

    pace = Pace(poll_seconds=0.01, first_retry_seconds=0.01, longest_retry_seconds=0.01, at_once=2, retries_at_once=2)
    async with relaying(log, consume, pace), asyncio.timeout(10):
        await until(lambda: len(failed) == len(stuck))
        await hanging.wait()
        log.events["evt_001000"] = event(1000, "apt_fresh", 1)
        await delivered.wait()


async def test_what_a_lagging_index_still_shows_is_not_delivered_again() -> None:
    log = Log([event(1, "apt_1", 1)])
    log.stale = dict(log.events)
    seen: list[str] = []

    async def consume(each: Event) -> None:
        seen.append(each.id)

    async with relaying(log, consume):
        await until(lambda: not log.events)
        await asyncio.sleep(0.1)
    assert seen == ["evt_000001"]


async def test_an_outbox_that_cannot_be_read_is_read_again() -> None:
    log = Log([event(1, "apt_1", 1)])
    log.failing_reads = 3

    async def consume(_: Event) -> None:
        pass

    async with relaying(log, consume):
        await until(lambda: not log.events)


async def test_a_failure_is_logged_by_id_and_type_only(caplog: pytest.LogCaptureFixture) -> None:
    log = Log([event(1, "apt_1", 1)])

    async def consume(each: Event) -> None:
        raise ValueError(each.data["secret"])

    with caplog.at_level(logging.DEBUG):
        async with relaying(log, consume):
            await until(lambda: bool(caplog.messages))
    assert caplog.messages[0].startswith("event evt_000001 (thing.happened) failed 1 times, last by ValueError")
    assert "Ana" not in caplog.text


async def test_what_was_under_way_at_the_end_stays_pending() -> None:
    log = Log([event(1, "apt_1", 1)])
    begun = asyncio.Event()

    async def consume(_: Event) -> None:
        begun.set()
        await asyncio.sleep(60)

    async with relaying(log, consume, Pace(poll_seconds=0.01)):
        await begun.wait()
    assert not log.settled


def test_retries_wait_twice_as_long_each_up_to_a_cap() -> None:
    waits = [Pace().retry_seconds(failures) for failures in (1, 2, 3, 7, 8, 9, 10_000)]
    assert waits == [0.5, 1.0, 2.0, 32.0, 60.0, 60.0, 60.0]
