"""What a browser would send from another site's page unasked is refused; what needs a preflight is not."""

import pytest

from bff.admission.csrf import PREFLIGHT_HEADERS
from tests.bff.world import URL, World, error_of

pytestmark = pytest.mark.anyio

QUERY = {"query": "{ __typename }"}
SIMPLE_TYPES = [
    "",
    "text/plain",
    "TEXT/PLAIN ;charset=utf-8",
    "application/x-www-form-urlencoded",
    "multipart/form-data; boundary=x",
]


@pytest.mark.parametrize("content_type", SIMPLE_TYPES)
async def test_a_get_that_a_page_may_send_is_refused(world: World, content_type: str) -> None:
    answer = await world.http.get(URL, params=QUERY, headers={"Content-Type": content_type} if content_type else {})
    assert (answer.status_code, error_of(answer)["code"]) == (403, "FORBIDDEN")
    assert all(name in error_of(answer)["message"] for name in PREFLIGHT_HEADERS)


@pytest.mark.parametrize("header", [*PREFLIGHT_HEADERS, *map(str.lower, PREFLIGHT_HEADERS)])
@pytest.mark.parametrize("value", ["1", ""])
async def test_a_get_with_a_header_out_of_the_ordinary_runs(world: World, header: str, value: str) -> None:
    answer = await world.http.get(URL, params=QUERY, headers={header: value})
    assert (answer.status_code, answer.json()) == (200, {"data": {"__typename": "Query"}})


async def test_a_get_with_a_content_type_out_of_the_ordinary_runs(world: World) -> None:
    answer = await world.http.get(URL, params=QUERY, headers={"Content-Type": "application/json"})
    assert answer.status_code == 200


async def test_a_token_does_not_stand_for_the_header(world: World) -> None:
    """Browsers send credentials of some kinds by themselves: the rule knows no exception."""
    answer = await world.http.get(URL, params=QUERY, headers={"Authorization": f"Bearer {world.key.token()}"})
    assert answer.status_code == 403
