"""What the patient graph's endpoint says of its answers: in which language, and who may keep them."""

from collections.abc import AsyncIterator, Mapping

import httpx
import pytest

from schema.common.messages import Language
from tests.bff.pool import Clock, KeyEndpoint, SigningKey
from tests.bff.world import URL, World, error_of, running

pytestmark = pytest.mark.anyio

PREFLIGHT = {"GraphQL-Require-Preflight": "1"}
SPECIALTIES = "{ specialties { code } }"
DOCTORS = "{ doctors(first: 0) { nodes { id } } }"
OURS = "Algo deu errado do nosso lado."

SAID: Mapping[str, Mapping[Language, str]] = {
    "{ me { id } }": {"pt-BR": "É preciso um token de acesso válido.", "en": "A valid access token is required."},
    DOCTORS: {"pt-BR": "first vai de 1 a 100.", "en": "first is between 1 and 100."},
    SPECIALTIES: {
        "pt-BR": "Um serviço de que este campo precisa não respondeu.",
        "en": "A service that this field needs did not answer.",
    },
}


@pytest.mark.parametrize(("query", "said"), SAID.items())
@pytest.mark.parametrize(("accepted", "language"), [("en-GB, pt;q=0.5", "en"), ("pt", "pt-BR"), ("de", "pt-BR")])
async def test_errors_speak_the_clients_language(
    world: World, query: str, said: Mapping[Language, str], accepted: str, language: Language
) -> None:
    world.services.answers["/specialties"] = httpx.Response(500)
    answer = await world.ask(query, Accept_Language=accepted)
    assert error_of(answer)["message"] == said[language]


async def test_a_refusal_without_a_body_to_read_speaks_it_too(world: World) -> None:
    answer = await world.http.delete(URL, headers={"Accept-Language": "pt"})
    assert error_of(answer)["message"] == "Envie a operação por POST, ou uma query por GET."


async def test_a_bug_is_told_in_it_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: object) -> None:
        raise ValueError

    monkeypatch.setattr("bff.operations.run", broken)
    answer = await world.ask("{ __typename }", Accept_Language="pt")
    assert (answer.status_code, error_of(answer)["message"]) == (500, OURS)


async def test_figures_are_for_programs_too(world: World) -> None:
    [error] = (await world.ask(DOCTORS)).json()["errors"]
    assert error["extensions"]["maximum"] == 100


SUGGESTED = [
    ("{ specialtie { code } }", {}),
    ("{ doctors(frist: 1) { nodes { id } } }", {}),
    ("query ($order: DoctorOrder) { doctors(orderBy: $order) { nodes { id } } }", {"order": "RATIN"}),
    ("query ($filter: DoctorFilter) { doctors(filter: $filter) { nodes { id } } }", {"filter": {"nam": "x"}}),
]


@pytest.fixture
async def open_world(
    signing_key: SigningKey, endpoint: KeyEndpoint, bff_key: tuple[str, str], clock: Clock
) -> AsyncIterator[World]:
    """Run the endpoint with introspection."""
    async with running(signing_key, endpoint, bff_key[0], clock, introspection=True) as world:
        yield world


@pytest.mark.parametrize(("query", "variables"), SUGGESTED)
async def test_nothing_of_the_graph_is_suggested_where_introspection_is_off(
    world: World, open_world: World, query: str, variables: dict[str, object]
) -> None:
    closed, suggesting = [
        error_of(await each.http.post(URL, json={"query": query, "variables": variables}))
        for each in (world, open_world)
    ]
    assert closed["code"] == suggesting["code"] == "BAD_USER_INPUT"
    assert "Did you mean" not in closed["message"]
    assert "Did you mean" in suggesting["message"]


async def get(world: World, query: str = SPECIALTIES, **headers: str) -> httpx.Response:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    return await world.http.get(URL, params={"query": query}, headers=PREFLIGHT | sent)


async def test_a_public_answer_may_be_kept_and_is_not_sent_twice(world: World) -> None:
    world.services.answers["/specialties"] = [{"code": "CARDIOLOGY", "name": "Cardiologia"}]
    first = await get(world)
    assert (first.status_code, first.headers["cache-control"]) == (200, "public, max-age=3600")
    again = await get(world, If_None_Match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["vary"] == "Accept, Accept-Language, Authorization"
    world.services.answers["/specialties"] = [{"code": "DERMATOLOGY", "name": "Dermatologia"}]
    assert (await get(world, If_None_Match=first.headers["etag"])).status_code == 200


async def test_no_answer_to_a_person_may_be_kept(world: World) -> None:
    """Not even one that anybody would get."""
    world.services.answers["/specialties"] = [{"code": "CARDIOLOGY", "name": "Cardiologia"}]
    answer = await get(world, Authorization=f"Bearer {world.key.token()}", If_None_Match="*")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    assert "etag" not in answer.headers


async def test_no_answer_with_errors_may_be_kept(world: World) -> None:
    world.services.answers["/specialties"] = httpx.Response(500)
    answer = await get(world, If_None_Match="*")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")


@pytest.mark.parametrize("query", ["{ me { id } }", "{ nothing }", "{"])
async def test_no_refusal_may_be_kept(world: World, query: str) -> None:
    answer = await get(world, query, If_None_Match="*")
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.status_code != 304
