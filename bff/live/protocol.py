"""`graphql-transport-ws`: what a client may say and when, and how it is answered. Nothing here waits or sends.

A connection is in one of two stages. In the first only `connection_init` gets anywhere, and leads to the second, in
which operations run by their ids. `ping` and `pong` are welcome in both. What the protocol forbids closes the socket
with a code of the protocol's; two of its codes also stand for limits of ours.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Final

import msgspec

from bff.answers.encoding import encoded
from bff.live.answers import Errors

SUBPROTOCOL: Final = "graphql-transport-ws"
# A close frame holds no more of a reason (RFC 6455, section 5.5).
MAX_REASON_BYTES: Final = 123

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class ConnectionInit(msgspec.Struct, frozen=True, tag_field="type", tag="connection_init"):
    """The client introduces itself."""

    payload: dict[str, Any] | None = None


class Ping(msgspec.Struct, frozen=True, tag_field="type", tag="ping"):
    """The client asks for a `pong`."""

    payload: dict[str, Any] | None = None


class Pong(msgspec.Struct, frozen=True, tag_field="type", tag="pong"):
    """The client answers a `ping`, or shows that it is there."""

    payload: dict[str, Any] | None = None


class Parameters(msgspec.Struct, frozen=True, rename="camel"):
    """What GraphQL over HTTP calls the request parameters."""

    query: str | None = None
    operation_name: str | None = None
    variables: dict[str, Any] | None = None
    extensions: dict[str, Any] | None = None
    document_id: str | None = None


class Subscribe(msgspec.Struct, frozen=True, tag_field="type", tag="subscribe"):
    """The client wants an operation of any kind to run."""

    id: Id
    payload: Parameters


class Complete(msgspec.Struct, frozen=True, tag_field="type", tag="complete"):
    """The client wants no more of an operation."""

    id: Id


Message = ConnectionInit | Ping | Pong | Subscribe | Complete
_MESSAGES: Final[msgspec.json.Decoder[Message]] = msgspec.json.Decoder(Message)


class Stage(Enum):
    """How far a connection has come."""

    OPENED = "connection_init is due"
    ACKNOWLEDGED = "operations may run"


@dataclass(frozen=True, slots=True)
class Close:
    """The socket is closed, with a code that says whether to come back."""

    code: int
    reason: str

    def event(self) -> dict[str, Any]:
        """Return the ASGI message that closes the socket."""
        reason = self.reason.encode()[:MAX_REASON_BYTES].decode(errors="ignore")
        return {"type": "websocket.close", "code": self.code, "reason": reason}


NOT_A_MESSAGE: Final = Close(4400, "Invalid message received")
UNAUTHORIZED: Final = Close(4401, "Unauthorized")
# Clients come back after this one, with a new token where they have one.
FORBIDDEN: Final = Close(4403, "Forbidden")
NO_INIT: Final = Close(4408, "Connection initialisation timeout")
SECOND_INIT: Final = Close(4429, "Too many initialisation requests")
TOO_MANY_OPERATIONS: Final = Close(4429, "Too many operations")
TOO_MANY_SOCKETS: Final = Close(4429, "Too many sockets")
FAULT: Final = Close(4500, "Internal server error")
# Clients come back after these too.
SERVER_STOPS: Final = Close(1012, "Service restart")
TRY_LATER: Final = Close(1013, "Try again later")


def read(frame: str | None, max_bytes: int) -> Message | Close:
    """Return the message of a text frame; a binary frame, given as None, is none."""
    data = b"" if frame is None else frame.encode()
    if len(data) > max_bytes:
        return NOT_A_MESSAGE
    try:
        message = _MESSAGES.decode(data)
        json.loads(data, object_pairs_hook=_without_repetition)  # msgspec cannot tell
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return NOT_A_MESSAGE
    return message


def _without_repetition(members: list[tuple[str, object]]) -> None:
    """Raise `ValueError` where an object names a member twice: of two, each decoder takes another."""
    if len({name for name, _ in members}) < len(members):
        raise ValueError


def objection(message: Message, stage: Stage, running: Collection[str], max_operations: int) -> Close | None:
    """Return how to close where the message may not come now; None where it may. `running` are operations' ids."""
    match message:
        case ConnectionInit():
            return None if stage is Stage.OPENED else SECOND_INIT
        case Subscribe() if stage is Stage.OPENED:
            return UNAUTHORIZED
        case Subscribe(id=operation) if operation in running:
            return Close(4409, f"Subscriber for {operation} already exists")
        case Subscribe():
            return None if len(running) < max_operations else TOO_MANY_OPERATIONS
        case Ping() | Pong() | Complete():
            return None


def acknowledgement() -> dict[str, Any]:
    """Return the ASGI message that accepts the client's introduction."""
    return _text(encoded({"type": "connection_ack"}))


def ping() -> dict[str, Any]:
    """Return the ASGI message that asks for a `pong`."""
    return _text(encoded({"type": "ping"}))


def pong(payload: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return the ASGI message that answers a `ping`, with what came with it."""
    # Whatever msgspec reads it also writes; orjson knows neither large integers nor deep objects.
    return _text(msgspec.json.encode({"type": "pong"} if payload is None else {"type": "pong", "payload": payload}))


def next_answer(operation: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    """Return the ASGI message of one answer."""
    return _text(encoded({"id": operation, "type": "next", "payload": answer}))


def refusal(operation: str, errors: Errors) -> dict[str, Any]:
    """Return the ASGI message that ends an operation with errors."""
    return _text(encoded({"id": operation, "type": "error", "payload": errors}))


def completion(operation: str) -> dict[str, Any]:
    """Return the ASGI message that ends an operation."""
    return _text(encoded({"id": operation, "type": "complete"}))


def _text(message: bytes) -> dict[str, Any]:
    return {"type": "websocket.send", "text": message.decode()}
