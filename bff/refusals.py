"""A request that is refused before it is executed: an HTTP status, and the same JSON shape as a GraphQL error."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final, Literal

from graphql import GraphQLError

from bff.answers.messages import Message
from schema.common.messages import Language

Code = Literal[
    "BAD_USER_INPUT",
    "FORBIDDEN",
    "INTERNAL",
    "LIMIT_EXCEEDED",
    "UNAUTHENTICATED",
    "UPSTREAM_UNAVAILABLE",
]

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


class Refused(Exception):  # noqa: N818  an answer, not a fault
    """The request is answered with `status`; the message is for the client's developer, and quotes no input.

    `extensions` are shown beside the code and the request's id, and have the message's figures.
    """

    def __init__(
        self,
        status: int,
        code: Code,
        message: Message,
        headers: Mapping[str, str] = _NONE,
        extensions: Mapping[str, Any] = _NONE,
    ) -> None:
        super().__init__(message.text("en", extensions))
        self.status: Final = status
        self.code: Final[Code] = code
        self.message: Final = message
        self.headers: Final = headers
        self.extensions: Final = extensions

    def text(self, language: Language) -> str:
        """Say it to a person."""
        return self.message.text(language, self.extensions)


class InvalidRequest(Exception):  # noqa: N818  as above
    """A well-formed request cannot be executed: its document, its operation's name or its variables do not fit."""

    def __init__(self, errors: Sequence[GraphQLError]) -> None:
        super().__init__("invalid request")
        self.errors: Final = errors


def unauthenticated() -> Refused:
    """Return the one answer to a missing, wrong, expired or foreign token."""
    return Refused(401, "UNAUTHENTICATED", Message.TOKEN_REQUIRED, {"WWW-Authenticate": "Bearer"})
