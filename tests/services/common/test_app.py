from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import APIRouter, FastAPI

from services.common.app import PROBLEM_STATUSES, service_app
from services.common.callers import CallerCheck, CallerOf, Forbidden
from services.common.wire import Ids, NotFound, Wire
from tests.services.tokens import PATIENT, Issuers

pytestmark = pytest.mark.anyio

routes = APIRouter()


class Note(Wire):
    """A body of the tests' own."""

    text: str


@routes.get("/mine")
async def mine(caller: CallerOf, ids: Ids = "") -> Note:
    """Refuse what is asked for by name."""
    if ids == "forbidden":
        raise Forbidden
    if ids == "absent":
        raise NotFound
    return Note(text=caller.actor)


@routes.post("/notes")
async def write(note: Note) -> Note:
    """Answer with what was sent."""
    return note


@asynccontextmanager
async def nothing(_app: FastAPI) -> AsyncIterator[None]:
    """Open nothing."""
    yield


@pytest.fixture
def app(issuers: Issuers) -> FastAPI:
    return service_app("A service", routes, CallerCheck(issuers.public()), nothing)


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://service.test") as client:
        yield client


@pytest.fixture
def headers(issuers: Issuers) -> dict[str, str]:
    return issuers.headers(PATIENT)


async def test_a_call_is_made_by_whom_its_token_names(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await http.get("/mine", headers=headers)).json() == {"text": PATIENT.actor}
    lowercase = {"authorization": headers["Authorization"].replace("Bearer", "bearer")}
    assert (await http.get("/mine", headers=lowercase)).status_code == 200


@pytest.mark.parametrize("authorization", [None, "", "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "Bearer a b"])
async def test_without_a_token_nothing_is_answered(http: httpx.AsyncClient, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}
    for answer in (await http.get("/mine", headers=headers), await http.post("/notes", headers=headers, json={})):
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json() == {
            "type": "about:blank",
            "title": "UNAUTHENTICATED",
            "status": 401,
            "code": "UNAUTHENTICATED",
            "detail": "A valid internal token is required.",
        }


async def test_only_health_and_the_document_need_no_token(http: httpx.AsyncClient) -> None:
    assert (await http.get("/health")).json() == {"status": "up"}
    assert (await http.get("/openapi.json")).status_code == 200
    assert (await http.get("/docs")).status_code == 404
    assert (await http.get("/redoc")).status_code == 404


@pytest.mark.parametrize(
    ("call", "content", "expected"),
    [
        ("GET /mine?ids=forbidden", "", (403, "FORBIDDEN")),
        ("GET /mine?ids=absent", "", (404, "NOT_FOUND")),
        ("GET /nowhere", "", (404, "NOT_FOUND")),
        ("DELETE /mine", "", (405, "METHOD_NOT_ALLOWED")),
        ("POST /notes", "{", (422, "INVALID_REQUEST")),
        ("POST /notes", "[]", (422, "INVALID_REQUEST")),
        ("POST /notes", '{"text": "\\ud800"}', (422, "INVALID_REQUEST")),
        ("POST /notes", b'{"text": "\xff"}', (400, "BAD_REQUEST")),
        (f"GET /mine?ids={'x' * 4001}", "", (422, "INVALID_REQUEST")),
    ],
)
async def test_every_refusal_is_a_problem(
    http: httpx.AsyncClient, headers: dict[str, str], call: str, content: str | bytes, expected: tuple[int, str]
) -> None:
    method, path = call.split()
    answer = await http.request(method, path, content=content, headers=headers | {"Content-Type": "application/json"})
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["code"]) == expected


async def test_a_refusal_says_where_but_not_what_was_sent(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    answer = await http.post("/notes", json={"text": ["Ana Silva"], "cpf": "529"}, headers=headers)
    assert answer.json()["places"] == ["body.cpf", "body.text"]
    assert "Ana" not in answer.text


async def test_the_document_describes_problems_by_their_media_type(app: FastAPI) -> None:
    for _ in range(2):
        operation = app.openapi()["paths"]["/mine"]["get"]
        assert operation["operationId"] == "mine"
        for status in PROBLEM_STATUSES:
            assert list(operation["responses"][str(status)]["content"]) == ["application/problem+json"]
        assert list(operation["responses"]["200"]["content"]) == ["application/json"]
