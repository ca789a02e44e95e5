"""What a client learns of an error: a code, a message without internals, the request's id; where it happened."""

import logging
import traceback
from typing import Any, Final

from graphql import FieldNode, GraphQLError

from bff.refusals import Code
from clients.errors import UpstreamContract, UpstreamForbidden, UpstreamRefusal, UpstreamUnavailable
from schema.common.errors import BadUserInput
from schema.common.principals import Unauthenticated

_log: Final = logging.getLogger("bff.errors")

_UNAVAILABLE: Final = "A service that this field needs did not answer."
_INTERNAL: Final = "Something went wrong on our side."


def shown(error: GraphQLError, request_id: str) -> dict[str, Any]:
    """Return the error as the answer carries it."""
    code, message = _told(error, request_id)
    answer: dict[str, Any] = {"message": message, "extensions": {"code": code, "requestId": request_id}}
    if error.locations:
        answer["locations"] = [{"line": each.line, "column": each.column} for each in error.locations]
    if error.path is not None:
        answer["path"] = error.path
    return answer


def _told(error: GraphQLError, request_id: str) -> tuple[Code, str]:  # noqa: PLR0911  one a kind of error
    match error.original_error or error:
        case GraphQLError() if not _blames_a_field(error):
            # graphql-core's own: a document or a variable that does not fit. Its words are for the client.
            return "BAD_USER_INPUT", error.message
        case BadUserInput() as wrong:
            return "BAD_USER_INPUT", wrong.message
        case Unauthenticated():
            return "UNAUTHENTICATED", "This needs a signed-in person."
        case UpstreamForbidden():
            return "FORBIDDEN", "This is not allowed."
        case UpstreamUnavailable() | UpstreamContract() as failure:
            _log.warning("request %s: %s", request_id, failure)
            return "UPSTREAM_UNAVAILABLE", _UNAVAILABLE
        case UpstreamRefusal() as refusal:
            _log.warning("request %s: %s", request_id, refusal)
            return "BAD_USER_INPUT", f"An argument is refused: {refusal.code}."
        case fault:
            _log.error("request %s: %s at %s", request_id, type(fault).__name__, _places(fault))
            return "INTERNAL", _INTERNAL


def _blames_a_field(error: GraphQLError) -> bool:
    """Say whether a field's value does not fit the schema: our fault, and the message quotes the value."""
    return error.path is not None and isinstance(next(iter(error.nodes or ()), None), FieldNode)


def _places(fault: BaseException) -> str:
    """Return where a fault came from, without its message: that may hold patient data."""
    frames = traceback.extract_tb(fault.__traceback__)[-5:]
    return " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
