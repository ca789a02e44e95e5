"""What a client learns of an error: a code, a message without internals, the request's id; where it happened."""

import logging
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from graphql import FieldNode, GraphQLError

from bff.answers.messages import Message
from bff.refusals import Code, InvalidRequest, Refused
from clients.errors import UpstreamContract, UpstreamForbidden, UpstreamRefusal, UpstreamUnavailable
from schema.common.errors import BadUserInput
from schema.common.messages import Language
from schema.common.principals import Forbidden, Unauthenticated

_NO_FIGURES: Final[Mapping[str, Any]] = MappingProxyType({})
_log: Final = logging.getLogger("bff.errors")


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPolicy:
    """What one request's client is told, on every path: in its language, of at most `max_errors` at once."""

    request_id: str
    language: Language
    max_errors: int

    def told(self, errors: Sequence[GraphQLError]) -> list[dict[str, Any]]:
        """Return the first of the errors as an answer carries them: a list of a thousand failing items says no more."""
        return [self._shown(error) for error in errors[: self.max_errors]]

    def told_of(self, fault: Exception) -> list[dict[str, Any]]:
        """Return what an answer says instead of data: a refusal, what does not fit the graph, or a fault of ours."""
        match fault:
            case Refused() as refused:
                return [self._error(refused.code, refused.text(self.language), refused.extensions)]
            case InvalidRequest() as invalid:
                return self.told(invalid.errors)
            case _:
                return self.told([GraphQLError("", original_error=fault)])

    def _shown(self, error: GraphQLError) -> dict[str, Any]:
        answer = self._told(error)
        if error.locations:
            answer["locations"] = [{"line": each.line, "column": each.column} for each in error.locations]
        if error.path is not None:
            answer["path"] = error.path
        return answer

    def _told(self, error: GraphQLError) -> dict[str, Any]:
        match error.original_error or error:
            case GraphQLError() if not _blames_a_field(error):
                # graphql-core's own: a document or a variable that does not fit. Its words are for the client.
                return self._error("BAD_USER_INPUT", error.message)
            case BadUserInput() as wrong:
                return self._error("BAD_USER_INPUT", wrong.text(self.language), wrong.figures)
            case Unauthenticated():
                return self._said("UNAUTHENTICATED", Message.PERSON_REQUIRED)
            case fault:
                return self._failure(fault)

    def _failure(self, fault: Exception) -> dict[str, Any]:
        match fault:
            case Forbidden() | UpstreamForbidden():
                return self._said("FORBIDDEN", Message.FORBIDDEN)
            case UpstreamUnavailable() | UpstreamContract():
                _log.warning("request %s: %s", self.request_id, fault)
                return self._said("UPSTREAM_UNAVAILABLE", Message.UPSTREAM_UNAVAILABLE)
            case UpstreamRefusal() as refusal:
                _log.warning("request %s: %s", self.request_id, fault)
                return self._said("BAD_USER_INPUT", Message.ARGUMENT_REFUSED, {"refusal": refusal.code})
            case _:
                _log.error("request %s: %s at %s", self.request_id, type(fault).__name__, _places(fault))
                return self._said("INTERNAL", Message.INTERNAL)

    def _said(self, code: Code, message: Message, figures: Mapping[str, Any] = _NO_FIGURES) -> dict[str, Any]:
        return self._error(code, message.text(self.language, figures), figures)

    def _error(self, code: Code, message: str, figures: Mapping[str, Any] = _NO_FIGURES) -> dict[str, Any]:
        return {"message": message, "extensions": {"code": code, "requestId": self.request_id, **figures}}


def _blames_a_field(error: GraphQLError) -> bool:
    """Say whether a field's value does not fit the schema: our fault, and the message quotes the value."""
    return error.path is not None and isinstance(next(iter(error.nodes or ()), None), FieldNode)


def _places(fault: BaseException) -> str:
    """Return where a fault came from, without its message: that may hold patient data."""
    frames = traceback.extract_tb(fault.__traceback__)[-5:]
    return " < ".join(f"{frame.filename}:{frame.lineno}" for frame in reversed(frames))
