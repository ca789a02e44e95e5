"""The wired BFF: three graphs in one process, each with a pool of its own."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final, get_args
from unittest.mock import patch

import httpx
import pytest
import respx
from pydantic import SecretStr

from bff.app import create_app
from bff.settings import GoogleSettings, PoolSettings, Settings
from schema.common.principals import Audience
from tests.bff.pool import SigningKey
from tests.bff.world import error_of
from tests.clients.transports.played import played

pytestmark = pytest.mark.anyio

AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)
PRIVATE: Final[Mapping[Audience, str]] = {"patient": "{ me { id } }", "doctor": "{ me { id } }", "erp": "{ me { id } }"}
SIGN_IN = 'mutation { signIn(input: {login: "a@example.com", password: "x"}) { __typename } }'

SHOWN = "__typename ... on Session { accessToken } ... on ChallengeRequired { session } ... on Problem { code message }"


def pool(audience: str) -> PoolSettings:
    url = f"http://cognito.test/{audience}"
    return PoolSettings(issuer=url, jwks_url=f"{url}/keys", client_id=f"client-of-{audience}")


@pytest.fixture(scope="session")
def pool_keys() -> Mapping[Audience, SigningKey]:
    return {audience: SigningKey.generate(f"key-of-{audience}") for audience in AUDIENCES}


@pytest.fixture
def network(pool_keys: Mapping[Audience, SigningKey]) -> respx.MockRouter:
    """Serve each pool's keys; every other call has to be mocked by the test, and fails otherwise."""
    router = respx.MockRouter(assert_all_called=False)
    for audience, key in pool_keys.items():
        router.get(f"http://cognito.test/{audience}/keys", name=audience).respond(json={"keys": [key.jwk()]})
    router.post("http://records.test/audit/events").respond(201, json={"appended": 1})
    return router


@pytest.fixture
def settings(bff_key: tuple[str, str], signing_key: SigningKey) -> Settings:
    return Settings(
        scheduling_url="http://scheduling.test",
        records_url="http://records.test",
        erp_url="http://erp.test",
        cognito_url="http://cognito.test/",
        google=GoogleSettings(client_email="bff@healthmed.test", private_key=SecretStr(signing_key.pem())),
        patient_pool=pool("patient"),
        doctor_pool=pool("doctor"),
        erp_pool=pool("erp"),
        signing_key=SecretStr(bff_key[0]),
        totp_required=frozenset(),
        graphiql=False,
    )


@asynccontextmanager
async def serving(settings: Settings, network: respx.MockRouter) -> AsyncIterator[httpx.AsyncClient]:
    with patch("bff.app.service_transport", lambda _: played()):
        app = create_app(settings)
    transport = httpx.ASGITransport(app)
    with network:
        async with app.router.lifespan_context(app), httpx.AsyncClient(transport=transport) as http:
            yield http


@pytest.fixture
async def bff(settings: Settings, network: respx.MockRouter) -> AsyncIterator[httpx.AsyncClient]:
    async with serving(settings, network) as http:
        yield http


def url(audience: Audience) -> str:
    return f"http://bff.test/{audience}/graphql"


def token(key: SigningKey, audience: Audience, **changes: object) -> str:
    """Sign as that pool would, until the year 2100: the app's clock is the system's."""
    of_pool = {
        "iss": pool(audience).issuer,
        "client_id": pool(audience).client_id,
        "iat": 1_700_000_000,
        "exp": 4_102_444_800,
    }
    return key.token(**{**of_pool, **changes})


async def test_keys_are_there_before_the_first_request(bff: httpx.AsyncClient, network: respx.MockRouter) -> None:
    assert [network[audience].call_count for audience in AUDIENCES] == [1, 1, 1]
    answer = await bff.get("http://bff.test/health/ready")
    assert (answer.status_code, answer.json()) == (200, {"status": "ready"})
    assert [network[audience].call_count for audience in AUDIENCES] == [1, 1, 1]


async def test_it_lives(bff: httpx.AsyncClient) -> None:
    assert (await bff.get("http://bff.test/health/live")).json() == {"status": "live"}


@pytest.mark.parametrize("endpoint", AUDIENCES)
@pytest.mark.parametrize("of", AUDIENCES)
async def test_a_token_opens_its_own_pools_endpoint_alone(
    bff: httpx.AsyncClient,
    network: respx.MockRouter,
    pool_keys: Mapping[Audience, SigningKey],
    endpoint: Audience,
    of: Audience,
) -> None:
    """At another's, it is 401 without any call, also for what nobody in particular may run."""
    before = network.calls.call_count
    bearer = {"Authorization": f"Bearer {token(pool_keys[of], of, username='x_1')}"}
    for query in (PRIVATE[endpoint], "{ __typename }"):
        answer = await bff.post(url(endpoint), json={"query": query}, headers=bearer)
        if of == endpoint:
            assert answer.status_code == 200
        else:
            assert answer.status_code == 401
            assert error_of(answer)["code"] == "UNAUTHENTICATED"
            assert network.calls.call_count == before


@pytest.mark.parametrize("endpoint", AUDIENCES)
@pytest.mark.parametrize("of", AUDIENCES)
async def test_one_pools_key_does_not_sign_for_another(
    bff: httpx.AsyncClient, pool_keys: Mapping[Audience, SigningKey], endpoint: Audience, of: Audience
) -> None:
    """Were the claims another pool's, only its own key would make them true."""
    forged = token(pool_keys[of], endpoint)
    answer = await bff.post(
        url(endpoint), json={"query": "{ __typename }"}, headers={"Authorization": f"Bearer {forged}"}
    )
    assert answer.status_code == (200 if of == endpoint else 401)


@pytest.mark.parametrize("groups", [None, [], ["support"], ["patient", "root"]])
async def test_a_role_that_a_field_does_not_ask_for_is_forbidden_and_calls_nothing_but_the_audit(
    bff: httpx.AsyncClient,
    network: respx.MockRouter,
    pool_keys: Mapping[Audience, SigningKey],
    groups: list[str] | None,
) -> None:
    before = network.calls.call_count
    bearer = {"Authorization": f"Bearer {token(pool_keys['erp'], 'erp', **{'cognito:groups': groups})}"}
    answer = await bff.post(url("erp"), json={"query": "{ invoices { nodes { id } } }"}, headers=bearer)
    assert (answer.status_code, answer.json()["data"], error_of(answer)["code"]) == (
        200,
        {"invoices": None},
        "FORBIDDEN",
    )
    assert [call.request.url.path for call in [*network.calls][before:]] == ["/audit/events"]


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_nobody_may_ask_who_he_is(bff: httpx.AsyncClient, audience: Audience) -> None:
    answer = await bff.post(url(audience), json={"query": PRIVATE[audience]})
    assert (answer.status_code, error_of(answer)["code"]) == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize(
    ("audience", "logins"),
    [("patient", "http://records.test"), ("doctor", "http://erp.test"), ("erp", "http://erp.test")],
)
async def test_signing_in_asks_for_the_login_where_its_people_are_and_then_cognito(
    bff: httpx.AsyncClient, network: respx.MockRouter, audience: Audience, logins: str
) -> None:
    found = network.post(f"{logins}/logins").respond(json={"username": "x_1"})
    tokens = {"AccessToken": "a", "RefreshToken": "r", "ExpiresIn": 3600}
    signed_in = network.post("http://cognito.test/").respond(json={"AuthenticationResult": tokens})
    answer = await bff.post(url(audience), json={"query": SIGN_IN})
    assert answer.json() == {"data": {"signIn": {"__typename": "Session"}}}
    assert found.call_count == signed_in.call_count == 1
    sent = json.loads(signed_in.calls.last.request.content)
    assert (sent["ClientId"], sent["AuthParameters"]["USERNAME"]) == (pool(audience).client_id, "x_1")


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_only_who_runs_healthmed_needs_an_authenticator_unless_it_is_set(
    settings: Settings, network: respx.MockRouter, audience: Audience
) -> None:
    """A right password alone opens no session there: the answer has no token to read."""
    unset = Settings.model_validate(settings.model_dump(exclude={"totp_required"}))
    network.post(path="/logins").respond(json={"username": "x_1"})
    tokens = {"AccessToken": "a-token-of-cognitos", "RefreshToken": "r", "ExpiresIn": 3600}
    cognito = network.post("http://cognito.test/")
    cognito.side_effect = [
        httpx.Response(200, json={"AuthenticationResult": tokens}),
        httpx.Response(200, json={"SecretCode": "JBSWY3DPEHPK3PXP"}),
    ]
    async with serving(unset, network) as bff:
        answer = await bff.post(url(audience), json={"query": SIGN_IN.replace("__typename", SHOWN)})
    signed_in = answer.json()["data"]["signIn"]
    assert signed_in["__typename"] == ("ChallengeRequired" if audience == "erp" else "Session")
    assert ("a-token-of-cognitos" in answer.text) is (audience != "erp")


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_why_one_cannot_sign_in_is_in_no_byte_of_the_answer(
    bff: httpx.AsyncClient, network: respx.MockRouter, audience: Audience
) -> None:
    """A wrong password, an unknown login, a disabled and an unconfirmed account differ in the request's id alone."""
    directory = network.post(path="/logins")
    cognito = network.post("http://cognito.test/")
    answers = []
    for found, kind in (
        (200, "NotAuthorizedException"),
        (404, "UserNotFoundException"),
        (200, "UserNotConfirmedException"),
        (200, "PasswordResetRequiredException"),
    ):
        directory.respond(found, json={"username": "x_1"})
        cognito.respond(400, json={"__type": kind, "message": f"{kind}: User is disabled."})
        answers.append(await bff.post(url(audience), json={"query": SIGN_IN.replace("__typename", SHOWN)}))
    assert {answer.content for answer in answers} == {answers[0].content}
    headers = [{**answer.headers, "x-request-id": ""} for answer in answers]
    assert headers == [headers[0]] * len(answers)
    assert directory.call_count == cognito.call_count == len(answers)


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "BREW"])
async def test_every_other_method_is_answered_by_the_endpoint(
    bff: httpx.AsyncClient, audience: Audience, method: str
) -> None:
    answer = await bff.request(method, url(audience))
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")
    assert error_of(answer)["code"] == "BAD_USER_INPUT"


async def test_an_outage_of_one_pool_stops_neither_the_process_nor_the_others(
    settings: Settings, network: respx.MockRouter, pool_keys: Mapping[Audience, SigningKey]
) -> None:
    network["doctor"].respond(503)
    async with serving(settings, network) as bff:
        ready = await bff.get("http://bff.test/health/ready")
        assert (ready.status_code, ready.json()) == (503, {"status": "waiting", "pools": ["doctor"]})
        bearer = {"Authorization": f"Bearer {token(pool_keys['erp'], 'erp')}"}
        assert (await bff.post(url("erp"), json={"query": "{ __typename }"}, headers=bearer)).status_code == 200


async def test_an_unknown_path_is_not_found(bff: httpx.AsyncClient) -> None:
    assert (await bff.post("http://bff.test/nobody/graphql", json={"query": "{ __typename }"})).status_code == 404


async def test_what_every_answer_passes_is_there(settings: Settings, network: respx.MockRouter) -> None:
    app = "https://app.test"
    async with serving(settings.model_copy(update={"allowed_origins": (app,), "https": True}), network) as bff:
        sent = {"Origin": app, "Access-Control-Request-Method": "GET"}
        sent["Access-Control-Request-Headers"] = "graphql-require-preflight,authorization"
        preflight = await bff.options(url("patient"), headers=sent)
        answers = [preflight, await bff.get("http://bff.test/nowhere"), await bff.get("http://bff.test/health/live")]
    assert (preflight.status_code, preflight.headers["access-control-allow-origin"]) == (200, app)
    for answer in answers:
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["strict-transport-security"].startswith("max-age=")


async def test_no_other_origin_may_call(bff: httpx.AsyncClient) -> None:
    sent = {"Origin": "https://app.test", "Access-Control-Request-Method": "POST"}
    assert (await bff.options(url("patient"), headers=sent)).status_code == 400


async def test_what_operations_cost_is_served_only_where_it_is_asked_for(
    settings: Settings, network: respx.MockRouter
) -> None:
    async with serving(settings, network) as http:
        assert (await http.get("http://bff.test/metrics")).status_code == 404
    async with serving(settings.model_copy(update={"metrics": True}), network) as http:
        await http.post("http://bff.test/doctor/graphql", json={"query": "query Secret { __typename }"})
        page = await http.get("http://bff.test/metrics")
    counted = 'healthmed_operation_cost_actual_count{audience="doctor",operation="query"} 1.0'
    assert counted in page.text
    assert "Secret" not in page.text
    assert page.headers["content-type"].startswith("text/plain; version=")
