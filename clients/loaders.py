"""Loaders: many keys asked for at one level of a query, one call downstream.

Rules of the house: a loader is named `<Values>By<Key>Loader`, `fetch` returns a mapping (never positions), and each
says what an absent key means. A level of N unique keys costs ceil(N / batch_size) calls.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar, cast

from aiodataloader import DataLoader, Loader, dispatch_queue

A = TypeVar("A")
C = TypeVar("C")
K = TypeVar("K")
V = TypeVar("V")


class BatchLoader(DataLoader[K, V], Generic[C, K, V]):
    """A loader over one client `C`: implement `fetch`, and `absent` where a missing key is not None.

    Lives for one request. `client_type` names the client that the request's `Loaders` hands in. A batch is nobody's
    child, so cancelling who waits for it leaves it running: `cancel` ends it.
    """

    client_type: ClassVar[type[Any]]
    max_batch_size = 100

    def __init__(self, client: C) -> None:
        super().__init__()
        self.client = client
        self._batches: set[asyncio.Task[Any]] = set()
        # How many keys each batch so far was for.
        self.batch_sizes: list[int] = []
        self._ended = False
        self.is_held = False
        # What `load_all` has loaded, and the keys that it is loading with what they will be.
        self._loaded: dict[K, V | Exception] = {}
        self._loading: list[tuple[Collection[K], asyncio.Future[Mapping[K, V | Exception]]]] = []

    async def fetch(self, keys: Sequence[K]) -> Mapping[K, V]:
        """Load all `keys` (unique, at most `max_batch_size`) in one call."""
        raise NotImplementedError

    def absent(self, key: K) -> V:  # noqa: ARG002  a loader may need it
        """Answer for a key that the downstream did not return; None unless a loader says otherwise."""
        return cast("V", None)

    async def values_of(self, keys: Sequence[K]) -> Sequence[V | BaseException]:
        """Pair the mapping with the keys."""
        found = await self.fetch(keys)
        return [found[key] if key in found else self.absent(key) for key in keys]

    def load(self, key: K) -> asyncio.Future[V]:
        """Load one key, in one batch with those that others ask for at the same time.

        Others may wait for the same key: who is cancelled leaves alone.
        """
        for keys, found in self._loading:
            if key in keys:
                return asyncio.ensure_future(_value_in(found, key))
        if key in self._loaded:
            self.prime(key, cast("V", self._loaded[key]))
        return asyncio.shield(super().load(key))

    def do_resolve_reject(self, key: K, future: asyncio.Future[V]) -> None:
        """Queue a key; where the loader is held, nobody dispatches the queue but who holds it."""
        if self.is_held:
            self._queue.append(Loader(key=key, future=future))
        else:
            super().do_resolve_reject(key, future)

    def release(self) -> None:
        """Dispatch what was queued while the loader was held."""
        self.is_held = False
        if self._queue:
            dispatch_queue(self)

    def known(self, keys: Iterable[K]) -> dict[K, V | Exception]:
        """Return those of the keys that have been loaded, with what they are or fail with."""
        known: dict[K, V | Exception] = {}
        if self._loaded or self._cache:
            for key in keys:
                future = self._cache.get(key)
                if key in self._loaded:
                    known[key] = self._loaded[key]
                elif future is not None and future.done() and not future.cancelled():
                    known[key] = cast("Exception | None", future.exception()) or future.result()
        return known

    async def load_all(self, keys: Collection[K]) -> Mapping[K, V | Exception]:
        """Load the unique `keys` of a whole level, without a future for each; what one fails with is its value.

        What `load` waits to ask for is part of the same batch. As with `load`, a batch that failed may be asked again.
        """
        queued, self._queue = self._queue, []
        known = self.known(keys)
        asked = dict.fromkeys([*keys, *(each.key for each in queued)])
        elsewhere = {key: self._cache[key] for key in keys if key in self._cache} if self._cache else {}
        for each in queued:
            elsewhere.pop(each.key, None)
        missing = [key for key in asked if key not in known and key not in elsewhere]
        with self._promised(missing) as found:
            known.update(await self._batched(missing))
            found.set_result(known)
        for each in queued:
            self._tell(each.key, each.future, known[each.key])
        for key, future in elsewhere.items():
            if key not in known:
                known[key] = await _outcome(future)
        return known

    @contextmanager
    def _promised(self, keys: Collection[K]) -> Iterator[asyncio.Future[Mapping[K, V | Exception]]]:
        """Let `load` wait for keys that are being loaded, instead of loading them too."""
        found: asyncio.Future[Mapping[K, V | Exception]] = asyncio.get_running_loop().create_future()
        promise = (frozenset(keys), found)
        self._loading.append(promise)
        try:
            yield found
        finally:
            self._loading.remove(promise)
            found.cancel()

    async def _batched(self, keys: Sequence[K]) -> Mapping[K, V | Exception]:
        size = self.max_batch_size
        batches = [keys[start : start + size] for start in range(0, len(keys), size)]
        if len(batches) == 1:
            return await self._batch(batches[0])
        found: dict[K, V | Exception] = {}
        for each in await asyncio.gather(*map(self._batch, batches)):
            found.update(each)
        return found

    async def _batch(self, keys: Sequence[K]) -> Mapping[K, V | Exception]:
        try:
            found = dict(zip(keys, await self.batch_load_fn([*keys]), strict=True))
        except Exception as fault:  # noqa: BLE001  whatever a batch fails with, each of its keys does
            return dict.fromkeys(keys, fault)
        self._loaded.update(found)
        return cast("dict[K, V | Exception]", found)

    def _tell(self, key: K, future: asyncio.Future[V], value: V | Exception) -> None:
        """Give who waits for a key what it is, as DataLoader would have."""
        if key not in self._loaded:
            self.clear(key)
        if future.done():
            return
        if isinstance(value, Exception):
            future.set_exception(value)
        else:
            future.set_result(value)

    async def batch_load_fn(self, keys: list[K]) -> list[V]:
        """Load one batch, in the task that DataLoader began for it."""
        if not keys:
            # `load_all` was faster.
            return []
        if self._ended:
            raise asyncio.CancelledError
        self.batch_sizes.append(len(keys))
        batch = cast("asyncio.Task[Any]", asyncio.current_task())
        self._batches.add(batch)
        try:
            # DataLoader raises an exception among the values for whoever waits for its key.
            return cast("list[V]", await self.values_of(keys))
        finally:
            self._batches.discard(batch)

    async def cancel(self) -> None:
        """End the batches that run and those that would; who waits for one has to be cancelled already."""
        self._ended = True
        batches = tuple(self._batches)
        for batch in batches:
            batch.cancel()
        await asyncio.gather(*batches, return_exceptions=True)


class FanOutLoader(BatchLoader[C, K, V], Generic[C, K, V]):
    """A loader over an endpoint that answers one key a call: at most `concurrency` calls at a time."""

    concurrency: ClassVar[int] = 4

    async def fetch_one(self, key: K) -> V:
        """Load one key in one call."""
        raise NotImplementedError

    async def values_of(self, keys: Sequence[K]) -> Sequence[V | BaseException]:
        """Make one call a key; one that fails fails its own key alone."""
        turn = asyncio.Semaphore(self.concurrency)

        async def in_turn(key: K) -> V:
            async with turn:
                return await self.fetch_one(key)

        return await asyncio.gather(*map(in_turn, keys), return_exceptions=True)


@dataclass(frozen=True, slots=True)
class Asked(Generic[K, A]):
    """A key together with the arguments that its field was asked with, such as a page."""

    key: K
    how: A


class ArgumentLoader(BatchLoader[C, Asked[K, A], V], Generic[C, K, A, V]):
    """A loader whose field has arguments: one call for all keys that were asked with equal arguments."""

    async def fetch_as(self, keys: Sequence[K], how: A) -> Mapping[K, V]:
        """Load all `keys` with these arguments in one call."""
        raise NotImplementedError

    async def fetch(self, keys: Sequence[Asked[K, A]]) -> Mapping[Asked[K, A], V]:
        """Group by arguments, and ask for the groups together."""
        groups = grouped(lambda asked: asked.how, keys)
        answers = await asyncio.gather(
            *(self.fetch_as([asked.key for asked in group], how) for how, group in groups.items())
        )
        return {
            Asked(key, how): value for how, found in zip(groups, answers, strict=True) for key, value in found.items()
        }


L = TypeVar("L", bound=BatchLoader[Any, Any, Any])


class Loaders:
    """The loaders of one request, each made at its first use over the clients of that request."""

    def __init__(self, clients: Iterable[object]) -> None:
        self._clients = {type(client): client for client in clients}
        self._made: dict[type[BatchLoader[Any, Any, Any]], Any] = {}
        self._are_held = False

    def __getitem__(self, loader: type[L]) -> L:
        """Return this request's one instance of `loader`."""
        if loader not in self._made:
            self._made[loader] = loader(self._clients[loader.client_type])
            self._made[loader].is_held = self._are_held
        return cast("L", self._made[loader])

    def known(self, kind: type[BatchLoader[Any, K, V]], keys: Iterable[K]) -> Mapping[K, V | Exception]:
        """Return those of the keys that a loader has loaded already."""
        loader = self._made.get(kind)
        return loader.known(keys) if loader else {}

    def hold(self) -> None:
        """Let keys wait in their queues until `release`: who holds the loaders knows of more that is to come."""
        self._are_held = True
        for loader in self._made.values():
            loader.is_held = True

    def release(self, *, except_for: Collection[type[BatchLoader[Any, Any, Any]]]) -> None:
        """Let go of all loaders, and dispatch the queues of those whose `load_all` is not about to."""
        self._are_held = False
        for kind, loader in self._made.items():
            if kind in except_for:
                loader.is_held = False
            else:
                loader.release()

    def batch_sizes(self) -> Mapping[str, Sequence[int]]:
        """Return how many keys each loader has asked for, batch by batch."""
        return {kind.__name__: loader.batch_sizes for kind, loader in self._made.items()}

    async def cancel(self) -> None:
        """End every call that a loader has begun, once the request is over or its client gone."""
        for loader in self._made.values():
            await loader.cancel()


async def _value_in(found: asyncio.Future[Mapping[K, V | Exception]], key: K) -> V:
    # Who leaves must not take along what others wait for.
    value = (await asyncio.shield(found))[key]
    if isinstance(value, Exception):
        raise value
    return value


async def _outcome(future: Awaitable[V]) -> V | Exception:
    try:
        return await future
    except Exception as fault:  # noqa: BLE001  what a key fails with is its value
        return fault


def by(key: Callable[[V], K], values: Iterable[V]) -> dict[K, V]:
    """Index `values` by `key`, for a loader's `fetch`."""
    return {key(value): value for value in values}


def grouped(key: Callable[[V], K], values: Iterable[V]) -> dict[K, tuple[V, ...]]:
    """Group `values` by `key`, their order kept, for a loader of lists."""
    groups: dict[K, list[V]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return {each: tuple(members) for each, members in groups.items()}
