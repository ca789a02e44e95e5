"""A graph of the tests' own: counters that end, never end, fail, or send more than anybody reads."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, cast

import strawberry
from graphql import ExecutionResult, GraphQLError, parse, subscribe, validate
from graphql.pyutils import is_awaitable

from bff.admission.body import GraphQLRequest
from bff.answers.messages import Message
from bff.asking import Asker
from bff.engine.documents import InvalidDocument
from bff.engine.errors import ErrorPolicy
from bff.live.answers import Answers, Errors
from bff.refusals import Refused, unauthenticated

SECRET = "Maria da Silva"
LARGE = "x" * 50_000


RUNNING: Counter[str] = Counter()


@contextmanager
def running(name: str) -> Iterator[None]:
    """Count what runs, by name."""
    RUNNING[name] += 1
    try:
        yield
    finally:
        RUNNING[name] -= 1


@strawberry.type
class Query:
    @strawberry.field
    def hello(self) -> str:
        """Anybody's."""
        return "hello"

    @strawberry.field
    def mine(self, info: strawberry.Info) -> str:
        """Somebody's: who asks."""
        return str(info.context)

    @strawberry.field
    def broken(self) -> str:
        """Fails."""
        raise RuntimeError(SECRET)

    @strawberry.field
    async def waiting(self) -> str:
        """Never ends."""
        with running("waiting"):
            await asyncio.sleep(3600)
        return "too late"


@strawberry.type
class Mutation:
    @strawberry.mutation
    def shout(self, text: str) -> str:
        """Has an argument."""
        return text.upper()


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def count(self, to: int) -> AsyncGenerator[int, None]:
        """Count, and end."""
        for number in range(1, to + 1):
            yield number

    @strawberry.subscription
    async def endless(self) -> AsyncGenerator[int, None]:
        """Give one event, and never end."""
        with running("endless"):
            yield 1
            await asyncio.sleep(3600)

    @strawberry.subscription
    async def flood(self) -> AsyncGenerator[str, None]:
        """Give more than anybody reads."""
        with running("flood"):
            while True:
                yield LARGE
                await asyncio.sleep(0)

    @strawberry.subscription
    async def failing(self) -> AsyncGenerator[int, None]:
        """Fails behind its first event."""
        yield 1
        raise RuntimeError(SECRET)


SCHEMA = strawberry.Schema(Query, Mutation, Subscription)
PRIVATE = "mine"


async def start(request: GraphQLRequest, asker: Asker) -> Answers:
    """Admit and start an operation, as the endpoint does."""
    schema = SCHEMA._schema
    try:
        document = parse(request.query or "")
    except GraphQLError as error:
        raise InvalidDocument([error]) from None
    if errors := validate(schema, document):
        raise InvalidDocument(errors)
    query = request.query or ""
    if "tooDear" in query:
        raise Refused(400, "LIMIT_EXCEEDED", Message.LIMIT, extensions={"limit": "cost", "value": 2, "maximum": 1})
    if "tooOften" in query:
        figures = {"limit": "requests", "maximum": 1, "retryAfterSeconds": 9}
        raise Refused(429, "LIMIT_EXCEEDED", Message.RATE, extensions=figures)
    if PRIVATE in query and asker.principal.id is None:
        raise unauthenticated()
    if not query.lstrip().startswith("subscription"):
        result = await SCHEMA.execute(query, variable_values=dict(request.variables), context_value=asker.principal.id)
        return _once(_answer(cast("ExecutionResult", result), asker))
    begun: Any = subscribe(schema, document, variable_values=dict(request.variables))
    events: Any = await begun if is_awaitable(begun) else begun
    return _once(_answer(events, asker)) if isinstance(events, ExecutionResult) else _each(events, asker)


def tell(fault: Exception, asker: Asker) -> Errors:
    """Word an error, as the endpoint does."""
    return policy(asker).told_of(fault)


def policy(asker: Asker) -> ErrorPolicy:
    """Return how the asker is told."""
    return ErrorPolicy(request_id=asker.request_id, language=asker.language, max_errors=50)


async def _once(answer: dict[str, Any]) -> Answers:
    yield answer


async def _each(events: AsyncGenerator[ExecutionResult, None], asker: Asker) -> Answers:
    async with aclosing(events):
        async for result in events:
            yield _answer(result, asker)


def _answer(result: ExecutionResult, asker: Asker) -> dict[str, Any]:
    if not result.errors:
        return {"data": result.data}
    return {"errors": policy(asker).told(result.errors), "data": result.data}
