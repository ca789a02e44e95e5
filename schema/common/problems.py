"""Expected failures are values: each implements `Problem`, and each mutation's union names those it may return."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Protocol, TypeVar

import strawberry
from strawberry.types import Info

from clients.errors import UpstreamRefusal
from schema.common.messages import Language, ProblemCode, message
from schema.common.permissions import PUBLIC

T = TypeVar("T")
S = TypeVar("S")
P = TypeVar("P", bound="Problem")


class HasLanguage(Protocol):
    """What a context must offer for its graph to speak."""

    @property
    def language(self) -> Language:
        """The language that the client prefers."""


@strawberry.interface(directives=[PUBLIC])
class Problem:
    """An expected failure: nothing was changed."""

    problem_code: ClassVar[ProblemCode]

    @strawberry.field
    def code(self) -> ProblemCode:
        """What went wrong, for programs."""
        return self.problem_code

    @strawberry.field
    def message(self, info: Info[HasLanguage, Any]) -> str:
        """What went wrong, for people: in pt-BR or English, by `Accept-Language`."""
        return message(self.problem_code, info.context.language)


@strawberry.type
class NotFound(Problem):
    """The object is absent, or not yours: there is no telling."""

    problem_code = ProblemCode.NOT_FOUND


@strawberry.type
class IdempotencyConflict(Problem):
    """The idempotency key was used for a different request."""

    problem_code = ProblemCode.IDEMPOTENCY_CONFLICT


@strawberry.type
class InvalidInput(Problem):
    """A value is not valid."""

    problem_code = ProblemCode.INVALID_INPUT


@strawberry.type
class InvalidTransition(Problem):
    """The appointment's status no longer allows this."""

    problem_code = ProblemCode.INVALID_TRANSITION


@strawberry.type
class JustificationRequired(Problem):
    """A reason or justification is required."""

    problem_code = ProblemCode.JUSTIFICATION_REQUIRED


async def outcome(call: Awaitable[T], success: Callable[[T], S], problems: Mapping[str, type[P]]) -> S | P:
    """Await a write: project its answer with `success`, or return the problem that its refusal's code stands for.

    A code that the mutation does not expect is not a problem but an error, and goes up.
    """
    try:
        answer = await call
    except UpstreamRefusal as refusal:
        if refusal.code not in problems:
            raise
        return problems[refusal.code]()
    return success(answer)
