import asyncio
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.common.late_reading import LateReading, Reach
from services.common.outbox import Event
from tests.services.common.logs import MemoryLog, Time

pytestmark = pytest.mark.anyio

REACH = Reach(recent_seconds=2, thorough_seconds=2, late_seconds=60)


def reading_of(log: MemoryLog, time: Time) -> LateReading:
    return LateReading(log, time.clock, REACH, time.monotonic)


async def test_each_event_is_news_once() -> None:
    time, log = Time(), MemoryLog()
    reading = reading_of(log, time)
    for number in range(10):
        event = time.event(number)
        log.written.append(event)
        time.seconds += 0.15
        assert await reading.news() == [event]
        assert await reading.news() == []


async def test_what_is_written_late_is_found_behind_what_was_read() -> None:
    time, log = Time(), MemoryLog()
    reading = reading_of(log, time)
    late, early = time.event(1), time.event(2)
    log.written.append(early)
    assert await reading.news() == [early]
    time.seconds += 55
    log.written.append(late)
    assert await reading.news() == [late]


async def test_a_quick_reading_leaves_to_the_thorough_one_what_is_old() -> None:
    """A poll costs what the last seconds hold, whatever a minute does."""
    time, log = Time(), MemoryLog()
    reading = reading_of(log, time)
    await reading.news()
    late = time.event()
    for _ in range(5):
        time.seconds += 2
        await reading.news()
    time.seconds += 1
    log.written.append(late)
    assert await reading.news() == []
    time.seconds += 1
    assert await reading.news() == [late]


@pytest.mark.parametrize("hours", [48, -48])
async def test_a_clock_that_is_moved_hides_nothing(hours: int) -> None:
    """What was made before the move may be written long after it, and behind what was made after it."""
    time, log = Time(), MemoryLog()
    reading = reading_of(log, time)
    before = time.event(1)
    time.moved += timedelta(hours=hours)
    after = time.event(2)
    log.written.append(after)
    assert await reading.news() == [after]
    for _ in range(50):
        time.seconds += 1
        assert await reading.news() == []
    log.written.append(before)
    time.seconds += 2
    assert await reading.news() == [before]


async def test_an_outage_hides_nothing_however_long_it_was() -> None:
    time, log = Time(), MemoryLog()
    reading = reading_of(log, time)
    await reading.news()
    log.down = True
    events = []
    for number in range(100):
        time.seconds += 10
        events.append(time.event(number))
        log.written.append(events[-1])
        with pytest.raises(ConnectionError):
            await reading.news()
    log.down = False
    assert await reading.news() == events


async def test_what_is_remembered_is_what_may_be_read_again() -> None:
    time, log = Time(), MemoryLog()
    reading = reading_of(log, time)
    for number in range(1000):
        time.seconds += 1
        log.written.append(time.event(number))
        await reading.news()
    assert len(reading._seen) <= 2 * REACH.late_seconds + 3


steps = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "write", "read", "fail", "forward", "back"]),
        st.floats(0, REACH.late_seconds - 1),
        st.floats(0.1, 30),
    ),
    max_size=40,
)


@given(steps)
def test_nothing_is_missed_whatever_happens_in_between(history: Sequence[tuple[str, float, float]]) -> None:
    """Writes that take their time, readings that fail, clocks that are moved: each event is news, and once.

    And whoever comes back with the mark of any moment still finds all that had not been found then. A clock that is
    set back makes news of old events again, and spoils the marks of before: sandboxes go forward only.
    """
    asyncio.run(_live_through(history))


async def _live_through(history: Sequence[tuple[str, float, float]]) -> None:
    time, log = Time(), MemoryLog()
    reading = reading_of(log, time)
    under_way: list[tuple[float, Event]] = []
    made: list[Event] = []
    found: list[Event] = []
    marks: list[tuple[str, int]] = []
    last = 2 * REACH.late_seconds
    for what, write_seconds, pause_seconds in [*history, ("pause", 0, last), ("read", 0, last), ("read", 0, last)]:
        if what == "write":
            made.append(time.event(len(made)))
            under_way.append((time.seconds + write_seconds, made[-1]))
        elif what in {"forward", "back"}:
            time.moved += timedelta(hours=pause_seconds) * (1 if what == "forward" else -1)
            marks = marks if what == "forward" else []
        log.written += [event for at, event in under_way if at <= time.seconds]
        under_way = [(at, event) for at, event in under_way if at > time.seconds]
        log.down = what == "fail"
        try:
            found += await reading.news()
        except ConnectionError:
            assert log.down
        marks.append((reading.mark, len(found)))
        time.seconds += pause_seconds
    assert {event.id for event in found} == {event.id for event in made}
    if "back" not in {what for what, _, _ in history}:
        assert len(found) == len(made)
    for mark, count in marks:
        assert all(event.id >= mark for event in found[count:])
