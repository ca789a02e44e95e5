"""The page and its assets, over ASGI, with a manifest of the test's own in place of a build."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bff.graphiql.page import as_script_data, endpoint_of, graphiql_page, wants_page
from bff.graphiql.static import static_route
from schema.common.principals import Audience

pytestmark = pytest.mark.anyio

BROWSER = {"Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.8"}
AUDIENCES: tuple[Audience, ...] = ("patient", "doctor", "erp")


def served(assets: Path, *, demo_sign_in: bool = True) -> httpx.AsyncClient:
    async def endpoint(request: Request) -> Response:
        if wants_page(request):
            return graphiql_page(request.path_params["audience"], demo_sign_in=demo_sign_in, assets=assets)
        return Response("not the page", status_code=406)

    app = Starlette(routes=[Route("/{audience}/graphql", endpoint, methods=["GET", "POST"]), static_route(assets)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://healthmed.test")


@pytest.fixture
def assets(tmp_path: Path) -> Path:
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "main-1a2b.js").write_text("export {};")
    entry = {"file": "static/main-1a2b.js", "css": ["static/main-3c4d.css"], "isEntry": True}
    (tmp_path / "manifest.json").write_text(json.dumps({"src/main.jsx": entry}))
    return tmp_path


@pytest.fixture
async def http(assets: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with served(assets) as client:
        yield client


def config_of(page: str) -> dict[str, object]:
    found = re.search(r'<script id="config" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found
    config: dict[str, object] = json.loads(found[1])
    return config


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_each_audience_gets_its_own_page(http: httpx.AsyncClient, audience: Audience) -> None:
    answer = await http.get(endpoint_of(audience), headers=BROWSER)

    assert answer.status_code == 200
    assert '<script type="module" src="/graphiql/static/main-1a2b.js">' in answer.text
    assert '<link rel="stylesheet" href="/graphiql/static/main-3c4d.css" />' in answer.text
    config = config_of(answer.text)
    assert config["audience"] == audience
    assert config["endpoint"] == f"/{audience}/graphql"
    assert isinstance(config["demo"], dict)
    assert config["demo"]["password"] == "HealthMed-2026!"
    assert isinstance(config["examples"], list)
    assert len(config["examples"]) > 3


async def test_without_demo_sign_in_no_password_reaches_the_page(assets: Path) -> None:
    async with served(assets, demo_sign_in=False) as http:
        answer = await http.get("/patient/graphql", headers=BROWSER)

    assert config_of(answer.text)["demo"] is None
    assert "HealthMed-2026!" not in answer.text


async def test_the_policy_names_no_foreign_host_and_allows_no_inline_script(http: httpx.AsyncClient) -> None:
    headers = (await http.get("/patient/graphql", headers=BROWSER)).headers

    policy = dict(each.strip().partition(" ")[::2] for each in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert policy["connect-src"] == "'self'"
    assert policy["frame-ancestors"] == "'none'"
    sources = {source for sources in policy.values() for source in sources.split()}
    assert sources == {"'none'", "'self'", "'unsafe-inline'", "data:", "blob:"}
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("hostile", ["</script><script>alert(1)</script>", "<!--<script>", "a & b > c"])
def test_data_cannot_leave_its_script_element(hostile: str) -> None:
    written = as_script_data({"value": hostile})

    assert "<" not in written
    assert json.loads(written) == {"value": hostile}


async def test_before_the_build_the_page_says_what_to_run(tmp_path: Path) -> None:
    async with served(tmp_path / "assets") as http:
        page = await http.get("/patient/graphql", headers=BROWSER)
        script = await http.get("/graphiql/static/main-1a2b.js")

    assert page.status_code == 503
    assert "make setup" in page.text
    assert script.status_code == 404


async def test_assets_are_kept_by_browsers_and_workers_may_fetch_nothing(http: httpx.AsyncClient) -> None:
    answer = await http.get("/graphiql/static/main-1a2b.js")

    assert answer.status_code == 200
    assert answer.text == "export {};"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; script-src 'self'"


@pytest.mark.parametrize("path", ["/graphiql/static/../manifest.json", "/graphiql/static/%2e%2e/manifest.json"])
async def test_nothing_but_the_assets_is_served(http: httpx.AsyncClient, path: str) -> None:
    assert (await http.get(path)).status_code == 404


@pytest.mark.parametrize("accept", ["application/json", "*/*", "text/htmlish", "application/graphql-response+json"])
async def test_a_graphql_client_does_not_get_the_page(http: httpx.AsyncClient, accept: str) -> None:
    assert (await http.get("/patient/graphql", headers={"Accept": accept})).status_code == 406


async def test_a_post_is_never_answered_with_the_page(http: httpx.AsyncClient) -> None:
    assert (await http.post("/patient/graphql", headers=BROWSER)).status_code == 406
