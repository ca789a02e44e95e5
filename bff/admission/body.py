"""Bytes become a GraphQL request, or a clear refusal; nothing of the bytes is ever logged."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import Request

from bff.answers.messages import Message
from bff.refusals import Refused

T = TypeVar("T")

_CLOSE: Final = {"Connection": "close"}


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """What GraphQL over HTTP calls the request parameters. Where `query` is None, an id may name the document."""

    query: str | None
    operation_name: str | None = None
    variables: Mapping[str, Any] = field(default_factory=dict)
    extensions: Mapping[str, Any] = field(default_factory=dict)
    document_id: str | None = None


class _Body(msgspec.Struct, frozen=True):
    query: str | None = None
    operation_name: str | None = msgspec.field(name="operationName", default=None)
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = msgspec.field(name="documentId", default=None)


async def read_body(request: Request, *, max_bytes: int, timeout_seconds: float) -> GraphQLRequest:
    """Read a POST's JSON; raise `Refused` 413, 408 or 400, and `ClientDisconnect` where the client goes away."""
    return _parsed(await _bounded(request, max_bytes, timeout_seconds))


async def _bounded(request: Request, max_bytes: int, timeout_seconds: float) -> bytes:
    body = bytearray()
    try:
        async with asyncio.timeout(timeout_seconds):
            async for chunk in request.stream():
                body += chunk
                if len(body) > max_bytes:
                    raise Refused(413, "LIMIT_EXCEEDED", Message.BODY_TOO_LARGE, extensions={"maximum": max_bytes})
    except TimeoutError:
        figures = {"seconds": timeout_seconds}
        raise Refused(408, "LIMIT_EXCEEDED", Message.BODY_TOO_SLOW, _CLOSE, figures) from None
    return bytes(body)


def _parsed(body: bytes) -> GraphQLRequest:
    if body.lstrip()[:1] == b"[":
        reason = {"reason": "BATCHING_NOT_SUPPORTED"}
        raise Refused(400, "BAD_USER_INPUT", Message.NO_BATCHES, extensions=reason)
    parsed = decoded(body, _Body, Message.BODY_MALFORMED)
    return GraphQLRequest(
        query=parsed.query,
        operation_name=parsed.operation_name,
        variables=parsed.variables or {},
        extensions=parsed.extensions or {},
        document_id=parsed.document_id,
    )


def decoded(text: bytes, kind: type[T], expectation: Message) -> T:
    """Decode strict JSON, in which no object names a member twice; raise `Refused` 400 that says `expectation`.

    Of two members of one name, each decoder takes another: what a gateway in front of us saw is not what would run.
    """
    try:
        value = msgspec.json.decode(text, type=kind)
        json.loads(text, object_pairs_hook=_without_repetition)  # msgspec cannot tell
    except (msgspec.MsgspecError, ValueError, RecursionError):
        # msgspec says where and why, and may quote what it read: the client gets our words instead.
        raise Refused(400, "BAD_USER_INPUT", expectation) from None
    return value


def _without_repetition(members: list[tuple[str, object]]) -> None:
    if len(dict(members)) < len(members):
        raise ValueError
