"""A subscription: for each event of its source an execution of its own, and an answer of the usual shape."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing
from typing import Any, Final, Protocol

from graphql import (
    DocumentNode,
    ExecutionResult,
    Executor,
    GraphQLSchema,
    create_source_event_stream,
    execute_subscription_event,
)
from graphql.pyutils import is_awaitable

from bff.admission.body import GraphQLRequest
from bff.engine.execution import answer

Answer = Mapping[str, Any]

_OPEN: Final[Answer] = {}


class Source(Protocol):
    """What a subscription field opens."""

    def __aiter__(self) -> AsyncIterator[object]: ...

    async def aclose(self) -> None:
        """Leave nothing behind."""


async def subscribe(
    schema: GraphQLSchema,
    document: DocumentNode,
    request: GraphQLRequest,
    make_context: Callable[[], object],
    request_id: str,
) -> AsyncGenerator[Answer, None]:
    """Open the operation's source, and return its answers: nothing that happens from then on is left out.

    Each event has a context of its own: nothing that was loaded for one is shown for another, and each calls the
    services with a token that is good then. Variables that do not fit, and a source that cannot be opened, give one
    answer, of errors; a source that breaks raises what it broke with. Closing the answers closes the source, also
    before the first was asked for.
    """
    execution = Executor.build(
        schema,
        document,
        context_value=make_context(),
        raw_variable_values=dict(request.variables),
        operation_name=request.operation_name,
    )
    if isinstance(execution, list):
        return _only(answer(ExecutionResult(None, execution), request_id))
    opened: Any = create_source_event_stream(execution)
    source: Source | ExecutionResult = await opened if is_awaitable(opened) else opened
    if isinstance(source, ExecutionResult):
        return _only(answer(source, request_id))
    answers = _answers(source, execution, make_context, request_id)
    # A generator that was not begun would close nothing.
    await anext(answers)
    return answers


async def _answers(
    source: Source, execution: Executor[Any], make_context: Callable[[], object], request_id: str
) -> AsyncGenerator[Answer, None]:
    async with aclosing(source):
        yield _OPEN
        async for event in source:
            of_event = execution.build_per_event_executor(event)
            of_event.context_value = make_context()
            result: Any = execute_subscription_event(of_event)
            yield answer(await result if is_awaitable(result) else result, request_id)


async def _only(content: Answer) -> AsyncGenerator[Answer, None]:
    yield content
