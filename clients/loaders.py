"""Loaders: many keys asked for at one level of a query, one call downstream.

Rules of the house: a loader is named `<Values>By<Key>Loader`, `fetch` returns a mapping (never positions), and each
says what an absent key means. A level of N unique keys costs ceil(N / batch_size) calls.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar, Generic, TypeVar, cast

from aiodataloader import DataLoader

C = TypeVar("C")
K = TypeVar("K")
V = TypeVar("V")


class BatchLoader(DataLoader[K, V], Generic[C, K, V]):
    """A loader over one client `C`: implement `fetch`, and `absent` where a missing key is not None.

    Lives for one request. `client_type` names the client that the request's `Loaders` hands in.
    """

    client_type: ClassVar[type[Any]]
    max_batch_size = 100

    def __init__(self, client: C) -> None:
        super().__init__()
        self.client = client

    async def fetch(self, keys: Sequence[K]) -> Mapping[K, V]:
        """Load all `keys` (unique, at most `max_batch_size`) in one call."""
        raise NotImplementedError

    def absent(self, key: K) -> V:  # noqa: ARG002  a loader may need it
        """Answer for a key that the downstream did not return; None unless a loader says otherwise."""
        return cast("V", None)

    async def batch_load_fn(self, keys: list[K]) -> list[V]:
        """Pair the mapping with the keys, as DataLoader wants it."""
        found = await self.fetch(keys)
        return [found[key] if key in found else self.absent(key) for key in keys]


L = TypeVar("L", bound=BatchLoader[Any, Any, Any])


class Loaders:
    """The loaders of one request, each made at its first use over the clients of that request."""

    def __init__(self, clients: Iterable[object]) -> None:
        self._clients = {type(client): client for client in clients}
        self._made: dict[type[BatchLoader[Any, Any, Any]], Any] = {}

    def __getitem__(self, loader: type[L]) -> L:
        """Return this request's one instance of `loader`."""
        if loader not in self._made:
            self._made[loader] = loader(self._clients[loader.client_type])
        return cast("L", self._made[loader])


def by(key: Callable[[V], K], values: Iterable[V]) -> dict[K, V]:
    """Index `values` by `key`, for a loader's `fetch`."""
    return {key(value): value for value in values}


def grouped(key: Callable[[V], K], values: Iterable[V]) -> dict[K, tuple[V, ...]]:
    """Group `values` by `key`, their order kept, for a loader of lists."""
    groups: dict[K, list[V]] = {}
    for value in values:
        groups.setdefault(key(value), []).append(value)
    return {each: tuple(members) for each, members in groups.items()}
