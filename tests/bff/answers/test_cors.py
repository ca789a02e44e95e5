"""Which pages of other origins may call: exactly those that are named."""

import httpx
import pytest
from pydantic import TypeAdapter, ValidationError

from bff.answers.cors import Origin
from tests.bff.answers.site import APP, ELSEWHERE, client, preflight

pytestmark = pytest.mark.anyio


async def test_a_page_of_a_named_origin_may_call(http: httpx.AsyncClient) -> None:
    asked = await preflight(http, APP, header="authorization,content-type,x-preflight,x-request-id,x-too")
    assert asked.status_code == 200
    assert asked.headers["access-control-allow-origin"] == APP
    assert asked.headers["access-control-allow-methods"] == "GET, POST"
    assert asked.headers["access-control-max-age"] == "7200"
    response = await http.post("/json", headers={"Origin": APP})
    assert response.headers["access-control-allow-origin"] == APP
    assert response.headers["access-control-expose-headers"] == "ETag, Retry-After, X-Request-Id"
    for each in (asked, response):
        assert "access-control-allow-credentials" not in each.headers
        assert "Origin" in each.headers["vary"]


@pytest.mark.parametrize(
    ("origin", "method", "header"),
    [
        (ELSEWHERE, "POST", "authorization"),
        (APP + ".elsewhere.test", "POST", "authorization"),
        (APP.replace("https", "http"), "POST", "authorization"),
        (f"{APP}:8443", "POST", "authorization"),
        ("null", "POST", "authorization"),
        (APP.upper(), "POST", "authorization"),
        (APP, "DELETE", "authorization"),
        (APP, "POST", "cookie"),
    ],
)
async def test_nothing_else_is_let_through(http: httpx.AsyncClient, origin: str, method: str, header: str) -> None:
    asked = await preflight(http, origin, method, header)
    assert asked.status_code == 400
    if origin != APP:
        assert "access-control-allow-origin" not in asked.headers
        response = await http.post("/json", headers={"Origin": origin})
        assert "access-control-allow-origin" not in response.headers


async def test_no_origin_is_allowed_unless_one_is_named() -> None:
    async with client(origins=()) as http:
        for origin in (APP, "null", "*"):
            assert (await preflight(http, origin)).status_code == 400
            assert "access-control-allow-origin" not in (await http.get("/json", headers={"Origin": origin})).headers


async def test_no_answer_names_an_origin_to_who_has_none(http: httpx.AsyncClient) -> None:
    response = await http.post("/json")
    assert not {name for name in response.headers if name.startswith("access-control-")}


ORIGINS = TypeAdapter(Origin)


@pytest.mark.parametrize(
    "origin",
    [APP, "http://localhost:3000", "http://127.0.0.1:8080", "https://[::1]:8443", "https://a-b.example", "https://x"],
)
def test_an_origin_is_taken_as_browsers_send_it(origin: str) -> None:
    assert ORIGINS.validate_python(origin) == origin


@pytest.mark.parametrize(
    "origin",
    [
        "*",
        "https://*",
        "https://*.healthmed.test",
        "null",
        "",
        "app.healthmed.test",
        "//app.healthmed.test",
        f"{APP}/",
        f"{APP}/path",
        f"{APP}?",
        f"{APP}#",
        f"{APP}\n",
        f" {APP}",
        f"{APP},{ELSEWHERE}",
        "https://user@app.healthmed.test",
        "https://app.healthmed.test:443",
        "http://app.healthmed.test:80",
        "https://app.healthmed.test:",
        "https://app.healthmed.test:0443",
        "HTTPS://app.healthmed.test",
        "https://App.healthmed.test",
        "https://médico.test",
        "ftp://app.healthmed.test",
        "file://",
        ".*",
    ],
)
def test_anything_else_is_refused_at_start_up(origin: str) -> None:
    with pytest.raises(ValidationError):
        ORIGINS.validate_python(origin)


async def test_a_refused_preflight_quotes_nothing(http: httpx.AsyncClient) -> None:
    """Its words are for the developer who reads the network tab: no page can read them."""
    refused = await preflight(http, ELSEWHERE)
    assert refused.text == "Disallowed CORS origin"
