"""What a subscriber is sent, event by event."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import pytest
import strawberry
from graphql import parse

from bff.admission.body import GraphQLRequest
from bff.engine.errors import ErrorPolicy
from bff.engine.execution import Content, Execution, prepared, run
from bff.engine.subscription import subscribe
from bff.refusals import InvalidRequest
from clients.errors import UpstreamUnavailable
from clients.loaders import BatchLoader, Loaders
from tests.bff.engine.contexts import OpenContext

pytestmark = pytest.mark.anyio


class Numbers:
    """A client whose answers change with each call."""

    def __init__(self) -> None:
        self.calls = 0

    async def number(self) -> int:
        """Return how often it was asked, this time included."""
        self.calls += 1
        return self.calls


class NumberByKeyLoader(BatchLoader[Numbers, str, int]):
    client_type = Numbers

    async def fetch(self, keys: Sequence[str]) -> Mapping[str, int]:
        """Ask once."""
        return dict.fromkeys(keys, await self.client.number())


class Events:
    """A source: gives these events, raises these exceptions, and notes its opening and closing."""

    def __init__(self) -> None:
        self.given: list[object] = []
        self.opened = 0
        self.closed = 0

    def __call__(self) -> "Events":
        """Open it."""
        self.opened += 1
        return self

    def __aiter__(self) -> AsyncIterator[object]:
        return self

    async def __anext__(self) -> object:
        if not self.given:
            raise StopAsyncIteration
        event = self.given.pop(0)
        if isinstance(event, Exception):
            raise event
        return event

    async def aclose(self) -> None:
        """Close it."""
        self.closed += 1


@dataclass
class Context(OpenContext):
    """One event's context."""

    events: Events
    numbers: Numbers

    def __post_init__(self) -> None:
        self.loaders = Loaders([self.numbers])


Info = strawberry.Info[Context, None]


UNAVAILABLE = UpstreamUnavailable("numbers", "status 503")


async def number(info: Info) -> int:
    return await info.context.loaders[NumberByKeyLoader].load("k")


def context(info: Info) -> str:
    return str(id(info.context))


def broken() -> int | None:
    raise UNAVAILABLE


async def things(info: Info, size: int = 1) -> AsyncIterator[Any]:
    if size < 0:
        raise UNAVAILABLE
    return info.context.events()


@strawberry.type
class Thing:
    name: str
    number: int = strawberry.field(resolver=number)
    context: str = strawberry.field(resolver=context)
    broken: int | None = strawberry.field(resolver=broken)


@strawberry.type
class Query:
    nothing: int | None = None


@strawberry.type
class Subscription:
    things: Thing = strawberry.subscription(resolver=things)


GRAPH = strawberry.Schema(Query, subscription=Subscription)._schema


@dataclass
class World:
    """What a subscription stands on, and the contexts that were made for it."""

    events: Events = field(default_factory=Events)
    numbers: Numbers = field(default_factory=Numbers)
    contexts: list[Context] = field(default_factory=list)

    def context(self) -> Context:
        """Make a context."""
        self.contexts.append(Context(self.events, self.numbers))
        return self.contexts[-1]


@pytest.fixture
def world() -> World:
    return World()


def asked(query: str, **variables: object) -> Any:  # noqa: ANN401  graphql-core's executor
    request = GraphQLRequest(query=query, operation_name=None, variables=variables)
    return prepared(GRAPH, parse(query), request, max_errors=5, hide_suggestions=True)


POLICY = ErrorPolicy(request_id="request-0001", language="en", max_errors=5)


async def opened(world: World, execution: Execution) -> AsyncGenerator[Content, None]:
    async def answer_to(event: Execution) -> Content:
        return await run(event, world.context(), POLICY)

    return await subscribe(execution, world.context(), POLICY, answer_to)


async def answers(world: World, query: str, **variables: object) -> list[Content]:
    async with aclosing(await opened(world, asked(query, **variables))) as given:
        return [each async for each in given]


async def test_each_event_is_answered(world: World) -> None:
    world.events.given = [Thing(name="one"), Thing(name="two")]
    assert await answers(world, "subscription { it: things { name } }") == [
        {"data": {"it": {"name": "one"}}},
        {"data": {"it": {"name": "two"}}},
    ]
    assert (world.events.opened, world.events.closed) == (1, 1)


async def test_nothing_that_was_loaded_for_one_event_is_shown_for_the_next(world: World) -> None:
    """Each has a context of its own, in which a loader still asks once."""
    world.events.given = [Thing(name="one"), Thing(name="two")]
    given = await answers(world, "subscription { things { number again: number context } }")
    assert [each["data"]["things"]["number"] for each in given] == [1, 2]
    assert [each["data"]["things"]["again"] for each in given] == [1, 2]
    assert len({each["data"]["things"]["context"] for each in given}) == 2


async def test_an_error_of_one_event_is_told_by_the_usual_policy_and_the_next_comes(world: World) -> None:
    world.events.given = [Thing(name="one"), Thing(name="two")]
    given = await answers(world, "subscription { things { name broken } }")
    assert [each["data"] for each in given] == [{"things": {"name": name, "broken": None}} for name in ("one", "two")]
    for each in given:
        (error,) = each["errors"]
        assert error["extensions"] == {"code": "UPSTREAM_UNAVAILABLE", "requestId": "request-0001"}
        assert error["path"] == ["things", "broken"]


async def test_a_source_that_cannot_be_opened_gives_one_answer(world: World) -> None:
    (given,) = await answers(world, "subscription ($n: Int!) { things(size: $n) { name } }", n=-1)
    assert given["data"] is None
    (error,) = given["errors"]
    assert error["extensions"]["code"] == "UPSTREAM_UNAVAILABLE"
    assert world.events.opened == 0


async def test_variables_that_do_not_fit_open_nothing(world: World) -> None:
    with pytest.raises(InvalidRequest):
        await answers(world, "subscription ($n: Int!) { things(size: $n) { name } }", n="many")
    assert world.contexts == []


async def test_a_source_that_breaks_says_with_what(world: World) -> None:
    """Whoever speaks to the client knows the error policy; the source is closed all the same."""
    world.events.given = [Thing(name="one"), ZeroDivisionError()]
    given = await opened(world, asked("subscription { things { name } }"))
    assert await anext(given) == {"data": {"things": {"name": "one"}}}
    with pytest.raises(ZeroDivisionError):
        await anext(given)
    assert world.events.closed == 1


async def begin(answers: AsyncIterator[Content]) -> None:
    await anext(answers)


async def wait(_: AsyncIterator[Content]) -> None:
    """Ask for nothing."""


@pytest.mark.parametrize("reading", [wait, begin])
async def test_the_source_is_open_at_once_and_closes_with_the_answers(
    world: World, reading: Callable[[AsyncIterator[Content]], Any]
) -> None:
    world.events.given = [Thing(name="one"), Thing(name="two")]
    given = await opened(world, asked("subscription { things { name } }"))
    assert world.events.opened == 1
    await reading(given)
    await given.aclose()
    assert world.events.closed == 1
    assert [each async for each in given] == []


async def test_who_leaves_in_the_middle_of_an_event_ends_its_calls(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    cancelled = asyncio.Event()

    async def endless(_: Numbers) -> int:
        try:
            await asyncio.sleep(3600)
        finally:
            cancelled.set()
        return 0

    monkeypatch.setattr(Numbers, "number", endless)
    world.events.given = [Thing(name="one")]
    given = await opened(world, asked("subscription { things { number } }"))
    reading = asyncio.ensure_future(anext(given))
    await asyncio.sleep(0.01)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert cancelled.is_set()
    assert world.events.closed == 1
