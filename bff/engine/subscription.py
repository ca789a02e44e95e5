"""A subscription: for each event of its source an execution of its own, and an answer of the usual shape."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any, Final, Protocol

from graphql import ExecutionResult, create_source_event_stream
from graphql.pyutils import is_awaitable

from bff.engine.execution import Execution, answer, run
from clients.loaders import Loaders

Answer = Mapping[str, Any]

_OPEN: Final[Answer] = {}


class EventContext(Protocol):
    """What resolvers see of one event: here, only that its loaders end with it."""

    @property
    def loaders(self) -> Loaders:
        """The event's loaders."""


class Source(Protocol):
    """What a subscription field opens."""

    def __aiter__(self) -> AsyncIterator[object]: ...

    async def aclose(self) -> None:
        """Leave nothing behind."""


async def subscribe(
    execution: Execution, make_context: Callable[[], EventContext], request_id: str, max_errors: int
) -> AsyncGenerator[Answer, None]:
    """Open the operation's source, and return its answers: nothing that happens from then on is left out.

    Each event has a context of its own: nothing that was loaded for one is shown for another, and each calls the
    services with a token that is good then. A source that cannot be opened gives one answer, of errors; one that breaks
    raises what it broke with. Closing the answers closes the source, also before the first was asked for.
    """
    execution.context_value = make_context()
    opened: Any = create_source_event_stream(execution)
    source: Source | ExecutionResult = await opened if is_awaitable(opened) else opened
    if isinstance(source, ExecutionResult):
        return _only(answer(source, request_id, max_errors))
    answers = _answers(source, execution, make_context, request_id, max_errors)
    # A generator that was not begun would close nothing.
    await anext(answers)
    return answers


async def _answers(
    source: Source, execution: Execution, make_context: Callable[[], EventContext], request_id: str, max_errors: int
) -> AsyncGenerator[Answer, None]:
    async with aclosing(source):
        yield _OPEN
        async for event in source:
            context = make_context()
            try:
                content = await run(execution.build_per_event_executor(event), context, request_id, max_errors)
            finally:
                await context.loaders.cancel()
            yield content


async def _only(content: Answer) -> AsyncGenerator[Answer, None]:
    yield content
