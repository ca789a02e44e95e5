"""A world in which anything may go wrong, the same things each time that it is made from the same seed."""

import asyncio
import gc
import sys
import warnings
from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zlib import crc32

from clients.errors import UpstreamUnavailable
from clients.loaders import ArgumentLoader, BatchLoader, FanOutLoader, Loaders
from tests.bff.engine.contexts import OpenContext
from tests.schema.noted import NotedTrail

T = TypeVar("T")
# What a resolver may be given or may return: anything, not only what its annotation says.
Value = Any


class Mishap(Exception):  # noqa: N818  what resolvers of this world raise
    """Something went wrong."""


def mishap(where: object) -> Mishap:
    """Return what went wrong somewhere."""
    return Mishap(where)


class Later:
    """A value that has to be waited for, as often as anybody likes."""

    def __init__(self, value: object, turns: int) -> None:
        self._value = value
        self._turns = turns

    def __await__(self) -> Generator[None, None, Any]:
        """Let others go first."""
        for _ in range(self._turns):
            yield
        if isinstance(self._value, Exception):
            raise self._value
        return self._value


@dataclass(kw_only=True)
class World:
    """`trouble` is how likely anything goes wrong, 0 to 1. Calls take the same time, unless they are `uneven`."""

    seed: int
    trouble: float
    uneven: bool = False
    calls: Counter[str] = field(default_factory=Counter)
    total: int = 0

    def fate(self, *place: object) -> float:
        """Return what is in store at a place: 0 to 1."""
        return crc32(repr((self.seed, place)).encode()) / 2**32

    def goes_wrong(self, *place: object) -> bool:
        """Say whether something goes wrong at a place."""
        return self.fate("wrong", *place) < self.trouble

    def pick(self, choices: Sequence[T], *place: object) -> T:
        """Choose for a place."""
        return choices[int(self.fate("pick", *place) * len(choices))]

    async def answer(self, name: str) -> None:
        """Count a call, take some time, and fail where this kind of call does."""
        self.calls[name] += 1
        # Otherwise longer than anything takes that needs no call: else levels would meet by chance.
        await Later(None, self.pick([0, 1, 9], name) if self.uneven else 40)
        if self.goes_wrong("call", name):
            raise UpstreamUnavailable(name, "down")

    def absent(self, *place: object) -> bool:
        """Say whether there is nothing at a place."""
        return self.goes_wrong("absent", *place)


@dataclass(frozen=True)
class Model:
    """A being as the downstream knows it."""

    world: World
    id: str


class BeingByIdLoader(BatchLoader[World, str, Model | None]):
    client_type = World
    max_batch_size = 4

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, Model]:
        """Return those who exist."""
        await self.client.answer("beings")
        return {key: Model(self.client, key) for key in keys if not self.client.absent("being", key)}


class EnemyByIdLoader(BeingByIdLoader):
    """Another call for the same."""

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, Model]:
        """Return those who exist."""
        await self.client.answer("enemies")
        return {key: Model(self.client, key) for key in keys}


class BeingsByPageLoader(ArgumentLoader[World, str, int, tuple[Model, ...]]):
    client_type = World

    async def fetch_as(self, keys: Sequence[str], how: int) -> Mapping[str, tuple[Model, ...]]:
        """Return as many as were asked for."""
        await self.client.answer("pages")
        return {key: tuple(Model(self.client, f"b{n}") for n in range(how)) for key in keys}


class NicknameByBeingLoader(FanOutLoader[World, str, str]):
    client_type = World

    async def fetch_one(self, key: str) -> str:
        """Fail for one, not for another."""
        await self.client.answer("nicknames")
        if self.client.goes_wrong("nickname", key):
            raise mishap(key)
        return f"Nick {key}"


@dataclass(kw_only=True)
class NastyContext(OpenContext):
    """One execution's."""

    world: World


def nasty_context(seed: int, trouble: float, *, uneven: bool = False) -> tuple[NastyContext, Counter[str], NotedTrail]:
    """Return a new world with its loaders, its calls, and its trail."""
    world = World(seed=seed, trouble=trouble, uneven=uneven)
    context = NastyContext(world=world, loaders=Loaders([world]))
    return context, world.calls, context.trail


@contextmanager
def unwatched() -> Iterator[None]:
    """Overlook what is told of tasks and coroutines that graphql-core left alone, whose parent had become null."""
    loop = asyncio.get_running_loop()
    told, raised = loop.get_exception_handler(), sys.unraisablehook
    loop.set_exception_handler(lambda *_: None)
    sys.unraisablehook = lambda _: None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
            gc.collect()
    finally:
        loop.set_exception_handler(told)
        sys.unraisablehook = raised


async def turns(count: int) -> None:
    """Let others go first."""
    for _ in range(count):
        await asyncio.sleep(0)
