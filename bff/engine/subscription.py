"""A subscription: for each event of its source an execution of its own, and an answer of the usual shape."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from typing import Any, Final, Protocol

from graphql import ExecutionResult, create_source_event_stream
from graphql.pyutils import is_awaitable

from bff.engine.errors import ErrorPolicy
from bff.engine.execution import Content, Execution, answer

AnswerTo = Callable[[Execution], Awaitable[Content]]

_OPEN: Final[Content] = {}


class Source(Protocol):
    """What a subscription field opens."""

    def __aiter__(self) -> AsyncIterator[object]: ...

    async def aclose(self) -> None:
        """Leave nothing behind."""


async def subscribe(
    execution: Execution, context: object, policy: ErrorPolicy, answer_to: AnswerTo
) -> AsyncGenerator[Content, None]:
    """Open the operation's source, and return its answers: nothing that happens from then on is left out.

    `context` is what the source is opened in. `answer_to` executes one event, in a context of its own: nothing that was
    loaded for one is shown for another, and each calls the services with a token that is good then. A source that
    cannot be opened gives one answer, of errors; one that breaks raises what it broke with. Closing the answers closes
    the source, also before the first was asked for.
    """
    execution.context_value = context
    opened: Any = create_source_event_stream(execution)
    source: Source | ExecutionResult = await opened if is_awaitable(opened) else opened
    if isinstance(source, ExecutionResult):
        return _only(answer(source, policy))
    answers = _answers(source, execution, answer_to)
    # A generator that was not begun would close nothing.
    await anext(answers)
    return answers


async def _answers(source: Source, execution: Execution, answer_to: AnswerTo) -> AsyncGenerator[Content, None]:
    async with aclosing(source):
        yield _OPEN
        async for event in source:
            yield await answer_to(execution.build_per_event_executor(event))


async def _only(content: Content) -> AsyncGenerator[Content, None]:
    yield content
