"""Many keys asked for at one level become one call; what fails or is absent stays where it belongs."""

import asyncio
from collections.abc import Mapping, Sequence
from math import ceil

import pytest

from clients.errors import UpstreamUnavailable
from clients.loaders import ArgumentLoader, Asked, BatchLoader, FanOutLoader, Loaders, by, grouped

pytestmark = pytest.mark.anyio

DOWNSTREAM = "numbers"


class Numbers:
    """A downstream that knows the squares of numbers, but of those below zero; `broken` numbers break their call."""

    def __init__(self) -> None:
        self.calls: list[tuple[int, ...]] = []
        self.broken: set[int] = set()
        self.under_way = self.most_under_way = 0
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    async def squares(self, numbers: Sequence[int]) -> Mapping[int, int]:
        """Answer in no order, with more than was asked for."""
        self.calls.append(tuple(numbers))
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await asyncio.sleep(0)
            await self.may_answer.wait()
        finally:
            self.under_way -= 1
        if self.broken.intersection(numbers):
            raise UpstreamUnavailable(DOWNSTREAM, "status 503")
        return {number: number * number for number in (*reversed(numbers), 10**6) if number >= 0}


class SquareByNumberLoader(BatchLoader[Numbers, int, int | None]):
    client_type = Numbers

    async def fetch(self, keys: Sequence[int]) -> Mapping[int, int]:
        """One call."""
        return await self.client.squares(keys)


class SquareOrZeroByNumberLoader(SquareByNumberLoader):
    def absent(self, key: int) -> int:
        """Say which number has no square."""
        return key * 1000


class TensLoader(SquareByNumberLoader):
    max_batch_size = 10


class OneByOneLoader(FanOutLoader[Numbers, int, int]):
    client_type = Numbers
    concurrency = 3

    async def fetch_one(self, key: int) -> int:
        """One call a key."""
        return (await self.client.squares([key]))[key]


class PowerByNumberLoader(ArgumentLoader[Numbers, int, str, str | None]):
    client_type = Numbers

    async def fetch_as(self, keys: Sequence[int], how: str) -> Mapping[int, str]:
        """One call for all keys in one notation."""
        return {number: f"{how}{square}" for number, square in (await self.client.squares(keys)).items()}


@pytest.fixture
def numbers() -> Numbers:
    return Numbers()


@pytest.fixture
def loaders(numbers: Numbers) -> Loaders:
    return Loaders([numbers])


@pytest.mark.parametrize("count", [1, 10, 50, 100, 101, 250])
async def test_a_level_costs_as_many_calls_as_its_keys_fill(loaders: Loaders, numbers: Numbers, count: int) -> None:
    loaded = await asyncio.gather(*(loaders[SquareByNumberLoader].load(number) for number in range(count)))
    assert loaded == [number * number for number in range(count)]
    assert len(numbers.calls) == ceil(count / 100)
    assert sorted(number for call in numbers.calls for number in call) == list(range(count))


@pytest.mark.parametrize(("count", "calls"), [(1, 1), (10, 1), (11, 2), (50, 5), (101, 11)])
async def test_a_loader_may_have_a_batch_size_of_its_own(
    loaders: Loaders, numbers: Numbers, count: int, calls: int
) -> None:
    await asyncio.gather(*(loaders[TensLoader].load(number) for number in range(count)))
    assert len(numbers.calls) == calls
    assert max(map(len, numbers.calls)) <= 10


async def test_a_key_is_asked_for_once_a_request(loaders: Loaders, numbers: Numbers) -> None:
    loader = loaders[SquareByNumberLoader]
    assert await asyncio.gather(*map(loader.load, [3, 3, 4])) == [9, 9, 16]
    assert await loader.load(3) == 9
    assert numbers.calls == [(3, 4)]


async def test_the_next_request_asks_again(numbers: Numbers) -> None:
    for _ in range(2):
        await Loaders([numbers])[SquareByNumberLoader].load(3)
    assert numbers.calls == [(3,), (3,)]


async def test_an_absent_key_is_none_unless_the_loader_says_otherwise(loaders: Loaders) -> None:
    assert await asyncio.gather(*map(loaders[SquareByNumberLoader].load, [2, -1, 3])) == [4, None, 9]
    assert await asyncio.gather(*map(loaders[SquareOrZeroByNumberLoader].load, [2, -1, 3])) == [4, -1000, 9]


async def test_a_failing_batch_fails_its_keys_and_no_others(loaders: Loaders, numbers: Numbers) -> None:
    numbers.broken = {5}
    loaded = await asyncio.gather(*map(loaders[TensLoader].load, range(20)), return_exceptions=True)
    assert all(isinstance(each, UpstreamUnavailable) for each in loaded[:10])
    assert loaded[10:] == [number * number for number in range(10, 20)]


async def test_a_failed_key_may_be_asked_for_again(loaders: Loaders, numbers: Numbers) -> None:
    numbers.broken = {5}
    with pytest.raises(UpstreamUnavailable):
        await loaders[SquareByNumberLoader].load(5)
    numbers.broken = set()
    assert await loaders[SquareByNumberLoader].load(5) == 25


@pytest.mark.parametrize("count", [1, 10, 50, 101])
async def test_fanning_out_makes_a_call_a_key_and_only_so_many_at_a_time(
    loaders: Loaders, numbers: Numbers, count: int
) -> None:
    loaded = await asyncio.gather(*map(loaders[OneByOneLoader].load, range(count)))
    assert loaded == [number * number for number in range(count)]
    assert len(numbers.calls) == count
    batches = ceil(count / OneByOneLoader.max_batch_size)
    assert numbers.most_under_way <= batches * OneByOneLoader.concurrency


async def test_fanning_out_fails_the_failing_key_alone(loaders: Loaders, numbers: Numbers) -> None:
    """Fields that were asked with other arguments have calls of their own: another's failure is not theirs."""
    numbers.broken = {1}
    loaded = await asyncio.gather(*map(loaders[OneByOneLoader].load, range(6)), return_exceptions=True)
    assert isinstance(loaded.pop(1), UpstreamUnavailable)
    assert loaded == [0, 4, 9, 16, 25]


async def test_a_waiter_that_leaves_does_not_take_the_others_keys_along(loaders: Loaders, numbers: Numbers) -> None:
    loader = loaders[SquareByNumberLoader]
    leaving, staying = asyncio.ensure_future(loader.load(2)), loader.load(3)
    leaving.cancel()
    assert await staying == 9
    assert numbers.calls == [(2, 3)]


@pytest.mark.parametrize("count", [1, 10, 50, 101])
async def test_equal_arguments_share_a_call(loaders: Loaders, numbers: Numbers, count: int) -> None:
    asked = [Asked(number, "=") for number in range(count)]
    loaded = await asyncio.gather(*map(loaders[PowerByNumberLoader].load, asked))
    assert loaded == [f"={number * number}" for number in range(count)]
    assert len(numbers.calls) == ceil(count / 100)


async def test_other_arguments_have_a_call_of_their_own(loaders: Loaders, numbers: Numbers) -> None:
    asked = [Asked(2, "="), Asked(2, "~"), Asked(3, "="), Asked(-1, "~"), Asked(2, "=")]
    loaded = await asyncio.gather(*map(loaders[PowerByNumberLoader].load, asked))
    assert loaded == ["=4", "~4", "=9", None, "=4"]
    assert sorted(numbers.calls) == [(2, -1), (2, 3)]


async def test_a_request_has_one_loader_of_a_kind(loaders: Loaders) -> None:
    assert loaders[SquareByNumberLoader] is loaders[SquareByNumberLoader]
    assert loaders[SquareByNumberLoader] is not loaders[TensLoader]


async def test_a_loader_whose_client_the_request_does_not_have_is_a_fault() -> None:
    with pytest.raises(KeyError):
        Loaders([])[SquareByNumberLoader]


def test_by_and_grouped_keep_the_order() -> None:
    assert by(len, ["a", "bb", "c"]) == {1: "c", 2: "bb"}
    assert grouped(len, ["a", "bb", "c"]) == {1: ("a", "c"), 2: ("bb",)}


async def test_a_batch_that_runs_ends_with_the_loaders(loaders: Loaders, numbers: Numbers) -> None:
    """Cancelling who waits for it would leave it running: it is a task of DataLoader's."""
    numbers.may_answer.clear()
    waiting = asyncio.ensure_future(loaders[SquareByNumberLoader].load(3))
    fanning = asyncio.ensure_future(loaders[OneByOneLoader].load_many(range(10)))
    await asyncio.sleep(0.01)
    assert numbers.under_way == 1 + OneByOneLoader.concurrency
    waiting.cancel()
    fanning.cancel()
    await loaders.cancel()
    assert numbers.under_way == 0
    assert len(numbers.calls) == 1 + OneByOneLoader.concurrency
    await asyncio.gather(waiting, fanning, return_exceptions=True)


async def test_a_batch_that_has_not_begun_never_does(loaders: Loaders, numbers: Numbers) -> None:
    waiting = loaders[SquareByNumberLoader].load(3)
    waiting.cancel()
    await loaders.cancel()
    await asyncio.sleep(0.01)
    assert not numbers.calls


@pytest.mark.parametrize("count", [1, 10, 50, 101])
async def test_a_whole_level_is_loaded_by_full_batches(loaders: Loaders, numbers: Numbers, count: int) -> None:
    loaded = await loaders[SquareByNumberLoader].load_all(range(count))
    assert loaded == {number: number * number for number in range(count)}
    assert len(numbers.calls) == ceil(count / 100)


async def test_what_a_level_loaded_is_not_asked_for_again(loaders: Loaders, numbers: Numbers) -> None:
    """Neither by the next level nor by a resolver, and the other way round."""
    loader = loaders[SquareByNumberLoader]
    assert await loader.load(1) == 1
    assert await loader.load_all([1, 2]) == {1: 1, 2: 4}
    assert await loader.load(2) == 4
    assert loaders.known(SquareByNumberLoader, [1, 2, 3]) == {1: 1, 2: 4}
    assert loaders.known(TensLoader, [1]) == {}
    assert await loader.load_all([2, 3]) == {2: 4, 3: 9}
    assert numbers.calls == [(1,), (2,), (3,)]


async def test_a_level_and_a_resolver_share_a_batch(loaders: Loaders, numbers: Numbers) -> None:
    loader = loaders[SquareByNumberLoader]
    loaders.hold()
    waiting = loader.load(1)
    await asyncio.sleep(0.01)
    assert not numbers.calls
    loaders.release(except_for=[SquareByNumberLoader])
    assert await loader.load_all([2]) == {1: 1, 2: 4}
    assert await waiting == 1
    assert numbers.calls == [(2, 1)]


async def test_what_a_held_loader_was_asked_for_is_asked_when_it_is_released(loaders: Loaders) -> None:
    loaders.hold()
    waiting = loaders[SquareByNumberLoader].load(3)
    loaders.release(except_for=())
    assert await waiting == 9


async def test_a_key_that_a_level_is_loading_is_waited_for(loaders: Loaders, numbers: Numbers) -> None:
    numbers.may_answer.clear()
    loader = loaders[SquareByNumberLoader]
    level = asyncio.ensure_future(loader.load_all([3]))
    await asyncio.sleep(0.01)
    leaving, staying = loader.load(3), loader.load(3)
    leaving.cancel()
    numbers.may_answer.set()
    assert await staying == 9
    assert await level == {3: 9}
    assert numbers.calls == [(3,)]


async def test_a_batch_of_a_level_that_fails_fails_its_keys_and_may_be_asked_again(
    loaders: Loaders, numbers: Numbers
) -> None:
    numbers.broken = {5}
    loader = loaders[TensLoader]
    queued = asyncio.ensure_future(loader.load(25))
    await asyncio.sleep(0)
    loaded = await loader.load_all(range(20))
    assert all(isinstance(loaded[number], UpstreamUnavailable) for number in range(10))
    assert [loaded[number] for number in range(10, 20)] == [number * number for number in range(10, 20)]
    assert await queued == 625
    numbers.broken = set()
    assert await loader.load_all([5]) == {5: 25}


async def test_one_key_of_a_level_fails_alone_where_each_has_its_call(loaders: Loaders, numbers: Numbers) -> None:
    numbers.broken = {1}
    loaded = dict(await loaders[OneByOneLoader].load_all(range(3)))
    assert isinstance(loaded.pop(1), UpstreamUnavailable)
    assert loaded == {0: 0, 2: 4}


async def test_a_resolver_fails_with_the_level_that_loads_its_key(loaders: Loaders, numbers: Numbers) -> None:
    numbers.broken = {1}
    loaders.hold()
    waiting = loaders[SquareByNumberLoader].load(1)
    loaders.release(except_for=[SquareByNumberLoader])
    await loaders[SquareByNumberLoader].load_all([2])
    with pytest.raises(UpstreamUnavailable):
        await waiting
