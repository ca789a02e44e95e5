"""What is sent in fewer bytes, and what is not."""

import httpx
import pytest

from bff.answers.compression import MINIMUM_BYTES
from tests.bff.answers.site import LARGE

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("encoding", ["zstd", "br", "gzip"])
async def test_an_answer_is_compressed_as_the_client_accepts(http: httpx.AsyncClient, encoding: str) -> None:
    response = await http.get("/json", headers={"Accept-Encoding": encoding})
    assert response.headers["content-encoding"] == encoding
    assert response.content == LARGE
    assert response.num_bytes_downloaded == int(response.headers["content-length"]) < len(LARGE) / 10


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("gzip, br, zstd", "zstd"),
        ("gzip, br", "br"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("deflate", None),
        ("gzip;q=0", None),
    ],
)
async def test_the_best_accepted_encoding_is_chosen(http: httpx.AsyncClient, accepted: str, chosen: str | None) -> None:
    response = await http.get("/json", headers={"Accept-Encoding": accepted})
    assert response.headers.get("content-encoding") == chosen
    assert response.content == LARGE


async def test_what_is_compressed_has_a_weak_tag_and_says_on_what_it_depends(http: httpx.AsyncClient) -> None:
    """The strong tag would promise the same bytes in every encoding."""
    compressed = await http.get("/json", headers={"Accept-Encoding": "gzip"})
    plain = await http.get("/json", headers={"Accept-Encoding": "identity"})
    assert (compressed.headers["etag"], plain.headers["etag"]) == ('W/"tag"', '"tag"')
    assert set(compressed.headers["vary"].split(", ")) == {"Accept", "Accept-Encoding", "Origin"}


async def test_a_small_answer_is_left_as_it_is(http: httpx.AsyncClient) -> None:
    response = await http.get("/small", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in response.headers
    assert response.headers["etag"] == '"tag"'
    assert response.num_bytes_downloaded == MINIMUM_BYTES - 1


@pytest.mark.parametrize("media_type", ["text/event-stream", "multipart/mixed"])
async def test_a_stream_is_not_compressed(http: httpx.AsyncClient, media_type: str) -> None:
    """Events would be held back, and each would tell by its length."""
    response = await http.get("/stream", params={"type": media_type}, headers={"Accept-Encoding": "gzip, br, zstd"})
    assert "content-encoding" not in response.headers
    assert response.num_bytes_downloaded == 2 * len(LARGE)


async def test_another_answer_in_parts_is(http: httpx.AsyncClient) -> None:
    response = await http.get("/stream", params={"type": "application/json"}, headers={"Accept-Encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert response.content == LARGE * 2
