import httpx
import pytest
import respx

from clients.http import http_client
from services.common.callers import CallerCheck
from services.common.service_token import ServiceToken
from services.records.care import Care, SchedulingUnavailable
from tests.services.records.world import SCHEDULING_URL, Keys

pytestmark = pytest.mark.anyio


def _care(http: httpx.AsyncClient, keys: Keys) -> Care:
    return Care(http, SCHEDULING_URL, ServiceToken("records", keys.signing_key().get_secret_value()))


async def test_scheduling_is_asked_in_the_services_own_name(keys: Keys, respx_mock: respx.MockRouter) -> None:
    route = respx_mock.get(f"{SCHEDULING_URL}/care-relations").respond(json=["pat_2", "pat_9"])

    async with http_client() as http:
        found = await _care(http, keys).patients_of("doc_1", ["pat_1", "pat_2"])

    request = route.calls.last.request
    caller = CallerCheck(keys.callers())(request.headers["authorization"].removeprefix("Bearer "))
    assert caller.is_service("records")
    assert dict(request.url.params) == {"doctorId": "doc_1", "patientIds": "pat_1,pat_2"}
    assert found == {"pat_2", "pat_9"}


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(403, json={"code": "FORBIDDEN"}),
        httpx.Response(404),
        httpx.Response(200, content=b"<html>"),
        httpx.Response(200, json={"pat_1": True}),
        httpx.ConnectError("refused"),
        httpx.ReadTimeout("late"),
    ],
    ids=str,
)
async def test_no_clear_answer_is_no_relation(
    keys: Keys, respx_mock: respx.MockRouter, answer: httpx.Response | Exception
) -> None:
    """Whatever goes wrong, nobody is let in."""
    respx_mock.get(f"{SCHEDULING_URL}/care-relations").mock(side_effect=[answer])

    async with http_client() as http:
        with pytest.raises(SchedulingUnavailable):
            await _care(http, keys).patients_of("doc_1", ["pat_1"])
