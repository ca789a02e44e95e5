"""A valid operation is executed, and its answer takes the shape that GraphQL over HTTP sends."""

from typing import Any

from graphql import DocumentNode, ExecutionResult, GraphQLSchema, execute
from graphql.pyutils import is_awaitable

from bff.admission.body import GraphQLRequest
from bff.engine.errors import shown


async def run(
    schema: GraphQLSchema, document: DocumentNode, request: GraphQLRequest, context: object, request_id: str
) -> dict[str, Any]:
    """Execute the request's operation and return the answer's JSON object."""
    # Awaited or not depends on whether any resolver waited.
    result: Any = execute(
        schema,
        document,
        context_value=context,
        variable_values=dict(request.variables),
        operation_name=request.operation_name,
    )
    return answer(await result if is_awaitable(result) else result, request_id)


def answer(result: ExecutionResult, request_id: str) -> dict[str, Any]:
    """Return `data`, and `errors` first where there are any."""
    if result.errors:
        return {"errors": [shown(error, request_id) for error in result.errors], "data": result.data}
    return {"data": result.data}
