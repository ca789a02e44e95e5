"""What browsers are told to make of an answer: nothing else than it is."""

from typing import Final

import httpx
import pytest

from tests.bff.answers.site import APP, OWN_POLICY, client, preflight

pytestmark = pytest.mark.anyio

SECURITY: Final = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def security(response: httpx.Response) -> dict[str, str]:
    return {name: response.headers[name] for name in SECURITY}


@pytest.mark.parametrize("path", ["/json", "/nowhere", "/broken"])
async def test_every_answer_tells_browsers_to_make_nothing_of_it(http: httpx.AsyncClient, path: str) -> None:
    response = await http.get(path)
    assert security(response) == SECURITY
    assert "strict-transport-security" not in response.headers


async def test_also_a_preflights(http: httpx.AsyncClient) -> None:
    assert security(await preflight(http, APP)) == SECURITY


async def test_a_page_keeps_its_own_policy(http: httpx.AsyncClient) -> None:
    response = await http.get("/page")
    assert response.headers.get_list("content-security-policy") == [OWN_POLICY]
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("https", "scheme"), [(True, "http"), (False, "https"), (True, "https")])
async def test_who_comes_by_tls_is_told_to_come_back_so(https: bool, scheme: str) -> None:
    async with client(https=https, scheme=scheme) as http:
        response = await http.get("/json")
    assert response.headers["strict-transport-security"] == "max-age=63072000"
