"""What crosses the wire: JSON in camelCase, ids in lists, and problems as RFC 9457 describes them."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel
from starlette.exceptions import HTTPException

MAX_IDS: Final = 100
MAX_ID_LENGTH: Final = 64
MAX_TEXT_LENGTH: Final = 100_000
PROBLEM_JSON: Final = "application/problem+json"


class Wire(BaseModel):
    """A frozen JSON object; unknown fields are refused, and errors do not repeat what was sent."""

    model_config = ConfigDict(
        alias_generator=to_camel,
        populate_by_name=True,
        serialize_by_alias=True,
        frozen=True,
        extra="forbid",
        hide_input_in_errors=True,
        # No text is that long; and only bounded text is checked to be Unicode (JSON can spell half a character).
        str_max_length=MAX_TEXT_LENGTH,
    )


class ProblemBody(Wire):
    """RFC 9457 problem details; `code` is what clients act on."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    code: str
    detail: str


class Problem(Exception):  # noqa: N818  the name that RFC 9457 gives it
    """An expected failure: HTTP `status`, a `code` that clients act on, a `detail` free of personal data."""

    def __init__(self, status: int, code: str, detail: str, **members: object) -> None:
        super().__init__(code)
        self.status: Final = status
        self.code: Final = code
        self.detail: Final = detail
        self.members: Final = members
        self.headers: Final[dict[str, str]] = {}


class NotFound(Problem):
    """Absent, or not for this caller: the same bytes for both."""

    def __init__(self) -> None:
        super().__init__(404, "NOT_FOUND", "There is no such object.")


async def answer_problem(_request: Request, problem: Exception) -> JSONResponse:
    """Render a `Problem` raised anywhere below a route."""
    assert isinstance(problem, Problem)  # noqa: S101  registered for Problem only
    answer = problem_json(problem.status, problem.code, problem.detail, **problem.members)
    answer.headers.update(problem.headers)
    return answer


async def answer_invalid(_request: Request, problem: Exception) -> JSONResponse:
    """Render a request that does not fit its model: where it is wrong, never what was sent."""
    assert isinstance(problem, RequestValidationError)  # noqa: S101  registered for it only
    places = sorted({".".join(str(step) for step in error["loc"]) for error in problem.errors()})
    return problem_json(422, "INVALID_REQUEST", "The request does not fit the API's description.", places=places)


async def answer_http(_request: Request, problem: Exception) -> JSONResponse:
    """Render what the framework refuses by itself: an unknown path or method, a body that is not text."""
    assert isinstance(problem, HTTPException)  # noqa: S101  registered for it only
    status = HTTPStatus(problem.status_code)
    answer = problem_json(status, status.name, status.description or status.phrase)
    answer.headers.update(problem.headers or {})
    return answer


def problem_json(status: int, code: str, detail: str, **members: object) -> JSONResponse:
    """Build the `application/problem+json` answer."""
    body = {"type": "about:blank", "title": code, "status": status, "code": code, "detail": detail, **members}
    return JSONResponse(body, status_code=status, media_type=PROBLEM_JSON)


def split_ids(text: str) -> Sequence[str]:
    """Split a comma-separated query parameter into its unique ids, order kept; what is too long to be one drops."""
    ids = tuple(dict.fromkeys(each for each in text.split(",") if 0 < len(each) <= MAX_ID_LENGTH))
    if len(ids) > MAX_IDS:
        raise Problem(422, "TOO_MANY_IDS", f"At most {MAX_IDS} ids a call.")
    return ids


# A hundred ids need 3,100 characters; 4,000 of the widest, percent-encoded, still fit into a server's request line.
Ids = Annotated[str, Query(description=f"Comma-separated ids, at most {MAX_IDS}.", max_length=4000)]
Limit = Annotated[int, Query(ge=1, le=100, description="How many items at most.")]
Cursor = Annotated[str | None, Query(max_length=500, description="The `next` of the page before.")]
