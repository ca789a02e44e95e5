"""Bytes become a GraphQL request, or a clear refusal; nothing of the bytes is ever logged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec
from starlette.requests import ClientDisconnect, Request

from bff.refusals import Refused

JSON: Final = "application/json"


class _Body(msgspec.Struct, frozen=True):
    query: str | None = None
    operation_name: str | None = msgspec.field(name="operationName", default=None)
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = msgspec.field(name="documentId", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """What GraphQL over HTTP calls the request parameters."""

    query: str | None
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)
    document_id: str | None = None


async def read_body(request: Request, max_bytes: int) -> GraphQLRequest:
    """Read a POST's JSON body of at most `max_bytes`; raise `Refused` with 415, 413 or 400."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise Refused(415, "BAD_USER_INPUT", f"Send the operation as {JSON}.")
    return _parse(await _bounded(request, max_bytes))


async def _bounded(request: Request, max_bytes: int) -> bytes:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > max_bytes:
                raise Refused(413, "LIMIT_EXCEEDED", f"The body is larger than {max_bytes} bytes.")
    except ClientDisconnect:
        # Nobody is left to read it; without it the server would log a fault for each.
        raise Refused(400, "BAD_USER_INPUT", "The body did not arrive.") from None
    return bytes(body)


def _parse(body: bytes) -> GraphQLRequest:
    if body.lstrip()[:1] == b"[":
        raise Refused(400, "BAD_USER_INPUT", "Batches are not supported: send one operation a request.")
    try:
        parsed = msgspec.json.decode(body, type=_Body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        # msgspec says where and why, and may quote what it read: the client gets our words instead.
        message = "The body is a JSON object with 'query' or 'documentId', and perhaps 'variables' and 'operationName'."
        raise Refused(400, "BAD_USER_INPUT", message) from None
    return GraphQLRequest(
        query=parsed.query,
        operation_name=parsed.operation_name,
        variables=parsed.variables or {},
        extensions=parsed.extensions or {},
        document_id=parsed.document_id,
    )
