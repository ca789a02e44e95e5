"""One graph's endpoint, from bytes to bytes: only the network below it is not there."""

import logging

import httpx
import jwt
import pytest
from starlette.responses import Response

from services.common.callers import Caller
from tests.bff.pool import PATIENT, Clock, KeyEndpoint, SigningKey
from tests.bff.world import MAX_ERRORS, URL, World, error_of, running

pytestmark = pytest.mark.anyio

ME = "{ me { id name } }"
SPECIALTIES = "{ specialties { code } }"
CANCEL = (
    'mutation { cancelAppointment(input: {appointmentId: "apt_1", justification: "x"}) { ... on Problem { message } } }'
)
CARDIOLOGY = [{"code": "CARDIOLOGY", "name": "Cardiologia"}]
GIVEN_ID = "0af7651916cd43dd8448eb211c80319c"
CANARY = "Ana Souza 123.456.789-09"

UNAUTHENTICATED = {"message": "A valid access token is required.", "code": "UNAUTHENTICATED"}


def patient(**changes: object) -> dict[str, object]:
    usual: dict[str, object] = {
        "id": PATIENT,
        "name": "Ana",
        "cpf": None,
        "email": None,
        "phone": None,
        "birthDate": "1990-01-31",
        "timeZone": "America/Sao_Paulo",
        "status": "ACTIVE",
        "registeredAt": "2026-01-01T00:00:00Z",
    }
    return {**usual, **changes}


async def test_nobody_may_run_a_public_one(world: World, bff_key: tuple[str, str]) -> None:
    world.services.answers["/specialties"] = CARDIOLOGY
    answer = await world.ask(SPECIALTIES)
    assert (answer.status_code, answer.json()) == (200, {"data": {"specialties": [{"code": "CARDIOLOGY"}]}})
    (call,) = world.services.calls
    assert caller_of(call, bff_key[1]) == Caller("anonymous", "patient")


def caller_of(call: httpx.Request, public_pem: str) -> Caller:
    """Return whom the services are told that they are called for; the world's clock is not theirs."""
    token = call.headers["authorization"].removeprefix("Bearer ")
    claims = jwt.decode(
        token,
        public_pem,
        algorithms=["EdDSA"],
        audience="healthmed-services",
        options={"verify_exp": False, "verify_iat": False},
    )
    assert (claims["iss"], claims["exp"] - claims["iat"]) == ("bff", 60)
    return Caller(claims["sub"], claims["pool"], frozenset(claims["roles"]))


async def test_a_person_is_named_to_the_services(world: World, bff_key: tuple[str, str]) -> None:
    world.services.answers["/patients"] = [patient()]
    answer = await world.ask(ME, token=world.key.token(), X_Request_Id=GIVEN_ID)
    assert answer.json() == {"data": {"me": {"id": PATIENT, "name": "Ana"}}}
    (call,) = world.services.calls
    assert (call.method, call.url.path, call.url.params["ids"]) == ("GET", "/patients", PATIENT)
    assert caller_of(call, bff_key[1]) == Caller(PATIENT, "patient")
    assert call.headers["x-request-id"] == GIVEN_ID


async def test_the_persons_own_token_stays_here(world: World) -> None:
    token = world.key.token()
    await world.ask(ME, token=token)
    assert all(token not in str(call.headers) for call in world.services.calls)


async def test_two_requests_share_nothing(world: World) -> None:
    """What was loaded for one person is loaded again for the next."""
    world.services.answers["/patients"] = [patient()]
    await world.ask(ME, token=world.key.token())
    world.services.answers["/patients"] = [patient(id="pat_2", name="Bia")]
    answer = await world.ask(ME, token=world.key.token(username="pat_2"))
    assert answer.json() == {"data": {"me": {"id": "pat_2", "name": "Bia"}}}


async def test_another_persons_data_is_not_passed_on(world: World) -> None:
    """A service that answers with somebody else has not answered."""
    world.services.answers["/patients"] = [patient(id="pat_other", name=CANARY)]
    answer = await world.ask(ME, token=world.key.token())
    assert answer.json() == {"data": {"me": {"id": PATIENT, "name": None}}}


GRAPHQL = "application/graphql-response+json; charset=utf-8"
JSON = "application/json; charset=utf-8"


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        ("*/*", JSON),
        ("application/json", JSON),
        ("application/graphql-response+json", GRAPHQL),
        ("application/graphql-response+json, application/json;q=0.9", GRAPHQL),
        ("text/html, */*;q=0.8", JSON),
    ],
)
async def test_the_answer_has_the_type_that_is_accepted(world: World, accept: str, content_type: str) -> None:
    for query in ("{ __typename }", "{ me { id } }", "{ nothing }", "{"):
        answer = await world.ask(query, Accept=accept)
        assert answer.headers["content-type"] == content_type


@pytest.mark.parametrize("query", ["{ nothing }", "{"], ids=["not valid", "does not parse"])
async def test_an_invalid_document_has_the_status_of_its_type(world: World, query: str) -> None:
    """The older type promises 200 for every well-formed request; the newer one says 400, without `data`."""
    older = await world.ask(query, Accept="application/json")
    newer = await world.ask(query, Accept="application/graphql-response+json")
    assert (older.status_code, newer.status_code) == (200, 400)
    assert error_of(newer)["code"] == error_of(older)["code"] == "BAD_USER_INPUT"
    assert "data" not in newer.json()


@pytest.mark.parametrize(
    "members",
    [
        {"query": "query ($id: ID!) { __typename }", "variables": {"id": None}},
        {"query": "query A { __typename } query B { __typename }"},
        {"query": "query A { __typename }", "operationName": "B"},
    ],
    ids=["a variable", "no choice", "no such operation"],
)
async def test_a_request_that_does_not_fit_itself_is_answered_like_an_invalid_document(
    world: World, members: dict[str, object]
) -> None:
    older = await world.http.post(URL, json=members, headers={"Accept": "application/json"})
    newer = await world.http.post(URL, json=members, headers={"Accept": "application/graphql-response+json"})
    assert (older.status_code, newer.status_code) == (200, 400)
    assert error_of(newer)["code"] == error_of(older)["code"] == "BAD_USER_INPUT"
    assert "data" not in newer.json()
    assert "data" not in older.json()


async def test_what_is_not_acceptable_is_told_as_json(world: World) -> None:
    answer = await world.ask("{ __typename }", Accept="text/html")
    assert (answer.status_code, answer.headers["content-type"]) == (406, JSON)
    assert error_of(answer)["code"] == "BAD_USER_INPUT"


async def test_no_more_errors_are_told_than_the_most(world: World) -> None:
    fields = " ".join(f"nothing{number}" for number in range(MAX_ERRORS + 1))
    answer = await world.ask(f"{{ {fields} }}")
    assert len(answer.json()["errors"]) == MAX_ERRORS


async def test_each_error_of_a_document_is_told_with_its_place(world: World) -> None:
    answer = await world.ask("{ nothing specialties { none } }")
    errors = answer.json()["errors"]
    assert [each["locations"] for each in errors] == [[{"line": 1, "column": 3}], [{"line": 1, "column": 25}]]
    assert {each["extensions"]["code"] for each in errors} == {"BAD_USER_INPUT"}


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_another_method_is_refused(world: World, method: str) -> None:
    answer = await world.http.request(method, URL, params={"query": "{ __typename }"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert error_of(answer)["code"] == "BAD_USER_INPUT"


async def test_head_is_refused_too(world: World) -> None:
    answer = await world.http.head(URL, params={"query": "{ __typename }"})
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


async def test_the_callers_request_id_comes_back(world: World) -> None:
    answer = await world.ask(ME, X_Request_Id=GIVEN_ID)
    assert answer.headers["x-request-id"] == GIVEN_ID
    assert error_of(answer) == UNAUTHENTICATED


@pytest.mark.parametrize(
    "garbage",
    ["", "f" * 33, "123.456.789-09", "Ana.Souza", "request 1234", "request-1234\tforged", "é" * 32, "<script>"],
)
async def test_a_request_id_that_is_none_is_replaced(world: World, garbage: str) -> None:
    answer = await world.post_as("X-Request-Id", garbage)
    given = answer.headers["x-request-id"]
    assert given != garbage
    assert len(given) == 32
    assert error_of(answer) == UNAUTHENTICATED


@pytest.mark.parametrize("query", ["{ __typename }", ME, "{"])
async def test_nothing_is_kept_by_caches(world: World, query: str) -> None:
    answer = await world.ask(query)
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["vary"] == "Accept, Accept-Language, Authorization"


@pytest.mark.parametrize(
    ("language", "message"),
    [("en", "Not found."), ("pt-BR", "Não encontrado."), ("fr", "Não encontrado."), ("en-US,pt;q=0.5", "Not found.")],
)
async def test_problems_speak_the_clients_language(world: World, language: str, message: str) -> None:
    world.services.answers["/appointments/apt_1/cancel"] = httpx.Response(404, json={"code": "NOT_FOUND"})
    answer = await world.ask(CANCEL, token=world.key.token(), Accept_Language=language)
    assert answer.json() == {"data": {"cancelAppointment": {"message": message}}}


FAILURES: dict[str, tuple[httpx.Response, str]] = {
    "a failure": (httpx.Response(500, text=CANARY), "UPSTREAM_UNAVAILABLE"),
    "a page": (httpx.Response(200, html=f"<p>{CANARY}</p>"), "UPSTREAM_UNAVAILABLE"),
    "another shape": (httpx.Response(200, json=[{"name": CANARY}]), "UPSTREAM_UNAVAILABLE"),
    "a redirect": (httpx.Response(302, headers={"Location": "http://elsewhere.test"}), "UPSTREAM_UNAVAILABLE"),
    "a no": (httpx.Response(403, json={"code": "FORBIDDEN", "detail": CANARY}), "FORBIDDEN"),
    "a refusal": (httpx.Response(422, json={"code": "INVALID_REQUEST", "detail": CANARY}), "BAD_USER_INPUT"),
    "a code that is text": (httpx.Response(422, json={"code": CANARY}), "BAD_USER_INPUT"),
    "a code that forges a line": (httpx.Response(422, json={"code": f"\r\nERROR {CANARY}"}), "BAD_USER_INPUT"),
}


@pytest.mark.parametrize(("answer", "code"), FAILURES.values(), ids=FAILURES.keys())
async def test_a_failing_service_costs_its_field_and_tells_nothing(
    world: World, caplog: pytest.LogCaptureFixture, answer: httpx.Response, code: str
) -> None:
    caplog.set_level(logging.DEBUG)
    world.services.answers["/patients"] = answer
    told = (await world.ask(ME, token=world.key.token())).json()
    assert told["data"] == {"me": {"id": PATIENT, "name": None}}
    (error,) = told["errors"]
    assert error["path"] == ["me", "name"]
    assert error["extensions"]["code"] == code
    assert CANARY not in error["message"]
    assert CANARY not in caplog.text


async def test_a_name_longer_than_any_address_is_the_clients_mistake(world: World) -> None:
    """A URL has an end, which the client library knows before any call."""
    query = '{ doctors(filter: {name: "' + "x" * 70_000 + '"}) { nodes { id } } }'
    answer = (await world.ask(query)).json()
    assert answer["errors"][0]["extensions"]["code"] == "BAD_USER_INPUT"


async def test_a_bug_in_a_resolver_is_told_as_internal(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr("clients.records.client.RecordsClient.patients", broken)
    answer = (await world.ask(ME, token=world.key.token())).json()
    assert answer["errors"][0]["extensions"]["code"] == "INTERNAL"
    assert CANARY not in str(answer) + caplog.text


async def test_a_bug_outside_the_resolvers_is_told_as_internal(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Left to the server, it would be text without a code, and a log with the exception's message."""

    async def broken(*_arguments: object) -> None:
        raise ValueError(CANARY)

    monkeypatch.setattr("bff.operations.run", broken)
    answer = await world.ask("{ __typename }")
    assert answer.status_code == 500
    assert error_of(answer) == {"message": "Something went wrong on our side.", "code": "INTERNAL"}
    assert "ValueError at " in caplog.text
    assert CANARY not in caplog.text


async def test_a_browser_gets_the_page_where_there_is_one(
    signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str], clock: Clock, world: World
) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    async with running(signing_key, endpoint, bff_key[0], clock, page=lambda: Response("the page")) as with_page:
        assert (await with_page.http.get(URL, headers=browser)).text == "the page"
        assert (await with_page.http.get(URL)).status_code == 403
        assert (await with_page.http.post(URL, json={"query": "{ __typename }"}, headers=browser)).status_code == 200
    assert (await world.http.get(URL, headers=browser)).status_code == 403
