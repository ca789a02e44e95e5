import httpx
import pytest

from clients.access import Access, access_of
from clients.errors import UpstreamNotFound
from clients.http import Downstream
from clients.transports.over_httpx import OverHttpx

pytestmark = pytest.mark.anyio

DENIED, EMERGENCY = Access("DENIED", "pat_1", "rec_7"), Access("EMERGENCY", "pat_2", "rec_8")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("DENIED pat_1 rec_7", [DENIED]),
        ("DENIED pat_1 rec_7, EMERGENCY pat_2 rec_8", [DENIED, EMERGENCY]),
        ("ALLOWED pat_1 rec_7", []),
        ("DENIED pat_1", []),
        ("DENIED Ana rec_7, EMERGENCY pat_2 rec_8", [EMERGENCY]),
        ("", []),
    ],
)
def test_a_header_is_read(header: str, said: list[Access]) -> None:
    assert access_of(header) == said


@pytest.mark.parametrize("status", [200, 404])
async def test_what_an_answer_or_a_refusal_says_is_told(status: int) -> None:
    heard: list[Access] = []

    def answer(_: httpx.Request) -> httpx.Response:
        return httpx.Response(status, headers={"X-Access": "DENIED pat_1 rec_7"}, json={"code": "NOT_FOUND"})

    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as http:
        service = Downstream(name="records", base_url="http://x", http=OverHttpx(http), headers={}, told=heard.extend)
        if status == 200:
            await service.get("/records", dict)
        else:
            with pytest.raises(UpstreamNotFound):
                await service.get("/records", dict)

    assert heard == [DENIED]
