"""A valid operation is executed, and its answer takes the shape that GraphQL over HTTP sends."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Protocol

from graphql import DocumentNode, ExecutionResult, Executor, GraphQLSchema, execute_root_selection_set
from graphql.pyutils import is_awaitable

from bff.admission.body import GraphQLRequest
from bff.engine.errors import ErrorPolicy
from bff.refusals import InvalidRequest
from schema.common.access import HasPrincipal
from schema.common.loaded import HasLoaders

Execution = Executor[Any]
Content = dict[str, Any]


class Context(HasLoaders, HasPrincipal, Protocol):
    """What resolvers see of an execution: here, what fields load with and who asks. Its loaders end with it."""


def prepared(
    schema: GraphQLSchema, document: DocumentNode, request: GraphQLRequest, *, max_errors: int, hide_suggestions: bool
) -> Execution:
    """Coerce the variables of the request's operation; raise `InvalidRequest`.

    Before anything runs, `operation` and `variable_values.coerced` of what is returned say what would.
    """
    execution = Executor.build(
        schema,
        document,
        raw_variable_values=dict(request.variables),
        operation_name=request.operation_name,
        max_coercion_errors=max_errors,
        hide_suggestions=hide_suggestions,
    )
    if isinstance(execution, list):
        raise InvalidRequest(execution)
    return execution


async def run(execution: Execution, context: Context, policy: ErrorPolicy) -> Content:
    """Execute the operation and return the answer's JSON object; the context's loaders end with it."""
    async with within(execution, context):
        # Awaited or not depends on whether any resolver waited.
        result: Any = execute_root_selection_set(execution)
        return answer(await result if is_awaitable(result) else result, policy)


@asynccontextmanager
async def within(execution: Execution, context: Context) -> AsyncIterator[None]:
    """Let resolvers see the context. Its loaders end with the execution, which forgets it.

    An execution is part of a circle of references, which only the garbage collector finds: what was loaded must not
    wait for that.
    """
    execution.context_value = context
    try:
        yield
    finally:
        await context.loaders.cancel()
        execution.context_value = None


def answer(result: ExecutionResult, policy: ErrorPolicy) -> Content:
    """Return `data`, and `errors` first where there are any."""
    if result.errors:
        return {"errors": policy.told(result.errors), "data": result.data}
    return {"data": result.data}
