import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator

import pytest

from bff.live.feed import Feed, FellBehind, Subscription
from clients.changes.models import Change
from tests.bff.live.changes import ANA, BRUNO, DAVI, ELISA, Source, change

pytestmark = pytest.mark.anyio

MAX_UNREAD = 5


@pytest.fixture
def sources() -> list[Source]:
    return [Source(), Source()]


@pytest.fixture
async def feed(sources: list[Source]) -> AsyncIterator[Feed]:
    async with asyncio.timeout(20), Feed(sources, MAX_UNREAD) as feed:
        yield feed


async def heard(subscription: Subscription) -> list[Change]:
    """Return what waits for a subscriber; it hears no more."""
    changes = []
    while subscription._unread:
        changes.append(await anext(subscription))
    await subscription.aclose()
    return changes


async def test_a_change_is_told_to_whom_it_concerns(feed: Feed, sources: list[Source]) -> None:
    """Once to each of their subscribers, whichever service it comes from."""
    subscriptions = [feed.of_patient(ANA), feed.of_patient(ANA), feed.of_doctor(BRUNO), feed.of_doctor(ELISA)]
    changes = [change(1), change(2, DAVI), change(3, ANA, ELISA), change(4, None), change(5, ANA, None)]
    for number, each in enumerate(changes):
        await sources[number % 2].tell(each)
    assert [[each.id for each in await heard(one)] for one in subscriptions] == [
        ["evt_1", "evt_3", "evt_5"],
        ["evt_1", "evt_3", "evt_5"],
        ["evt_1", "evt_2", "evt_4"],
        ["evt_3"],
    ]


async def test_nobody_hears_of_what_concerns_nobody(feed: Feed, sources: list[Source]) -> None:
    """Not even somebody whose id is empty."""
    subscription = feed.of_patient(type(ANA)(""))
    await sources[0].tell(change(1, None, None))
    assert await heard(subscription) == []


async def test_a_subscriber_hears_what_happens_after_it_came(feed: Feed, sources: list[Source]) -> None:
    """From the moment on in which it subscribed, whenever it begins to read."""
    await sources[0].tell(change(1))
    subscription = feed.of_patient(ANA)
    await sources[0].tell(change(2))
    await asyncio.sleep(0.01)
    assert [each.id for each in await heard(subscription)] == ["evt_2"]


async def test_who_waits_is_woken(feed: Feed, sources: list[Source]) -> None:
    subscription = feed.of_patient(ANA)
    waiting = asyncio.ensure_future(anext(subscription))
    await asyncio.sleep(0.01)
    assert not waiting.done()
    await sources[0].tell(change(1))
    assert (await waiting).id == "evt_1"


async def test_who_does_not_keep_up_is_let_go(feed: Feed, sources: list[Source]) -> None:
    """With the reason; what waited is dropped at once, and the others go on."""
    slow, quick = feed.of_patient(ANA), feed.of_patient(ANA)
    read = []
    for number in range(MAX_UNREAD + 1):
        assert slow in feed._by_person[ANA]
        await sources[0].tell(change(number))
        read.append(await anext(quick))
    assert len(read) == MAX_UNREAD + 1
    assert len(slow._unread) == 0
    assert feed.subscribers == 1
    with pytest.raises(FellBehind) as fell:
        await anext(slow)
    assert (fell.value.status, fell.value.code) == (429, "LIMIT_EXCEEDED")
    assert fell.value.extensions == {"limit": "unreadChanges", "maximum": MAX_UNREAD}


async def test_the_end_of_the_feed_is_the_end_of_its_subscriptions(sources: list[Source]) -> None:
    tasks = len(asyncio.all_tasks())
    async with Feed(sources) as feed:
        subscription = feed.of_patient(ANA)
        waiting = asyncio.ensure_future(anext(subscription))
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == tasks + len(sources) + 1
    with pytest.raises(StopAsyncIteration):
        await waiting
    assert feed.subscribers == 0
    assert len(asyncio.all_tasks()) == tasks


async def test_closing_wakes_who_waits_and_may_be_done_twice(feed: Feed) -> None:
    subscription = feed.of_patient(ANA)
    waiting = asyncio.ensure_future(anext(subscription))
    await asyncio.sleep(0)
    for _ in range(2):
        await subscription.aclose()
    with pytest.raises(StopAsyncIteration):
        await waiting


async def test_unsubscribing_leaves_nothing_behind(feed: Feed, sources: list[Source]) -> None:
    """500 subscribers come and go, some in the middle of a wait, some with changes unread."""
    tasks = len(asyncio.all_tasks())

    async def come_and_go(number: int) -> None:
        subscription = feed.of_patient(type(ANA)(f"pat_{number % 7}"))
        if number % 2:
            waiting = asyncio.ensure_future(anext(subscription))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.wait([waiting])
        await sources[0].tell(change(number, type(ANA)(f"pat_{number % 7}")))
        await subscription.aclose()

    await come_and_go(0)
    tracemalloc.start()
    before = _allocated()
    for number in range(500):
        await come_and_go(number)
    left = _allocated() - before
    tracemalloc.stop()
    assert feed.subscribers == 0
    assert feed._by_person == {}
    assert len(asyncio.all_tasks()) == tasks
    assert left < 20_000


def _allocated() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]
