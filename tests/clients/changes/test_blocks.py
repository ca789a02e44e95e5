from collections.abc import AsyncIterator, Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.changes.blocks import MAX_BLOCK_BYTES, Block, TooLong, blocks

pytestmark = pytest.mark.anyio

STREAM = (
    b":\nid: 1\n\nid: 2\nevent: a\ndata: {}\n\ndata: one\r\ndata:two\r\n\r\n"
    b"retry: 5\n\nid: 3\nunknown\n\nid: 4\ndata: un"
)
WANTED = [
    Block("1", None),
    Block("2", b"{}"),
    Block(None, b"one\ntwo"),
    Block(None, None),
    Block("3", None),
]


async def arriving(chunks: Iterable[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def read(*chunks: bytes) -> list[Block]:
    return [block async for block in blocks(arriving(chunks))]


async def test_blocks_end_with_a_blank_line() -> None:
    """What is not finished when the stream breaks is not told."""
    assert await read(STREAM) == WANTED


async def test_bytes_may_arrive_in_any_pieces() -> None:
    for cut in range(len(STREAM)):
        assert await read(STREAM[:cut], STREAM[cut:]) == WANTED
    assert await read(*(bytes([each]) for each in STREAM)) == WANTED


async def test_a_block_without_an_end_is_given_up() -> None:
    with pytest.raises(TooLong):
        await read(*[b"data: " + b"x" * 1000] * (MAX_BLOCK_BYTES // 1000 + 1))


@given(st.lists(st.binary(max_size=30), max_size=10))
def test_no_bytes_are_too_strange(chunks: list[bytes]) -> None:
    for block in _read_without_waiting(chunks):
        assert block.id is None or "\n" not in block.id


def _read_without_waiting(chunks: list[bytes]) -> list[Block]:
    found: list[Block] = []

    async def read_all() -> None:
        found.extend(await read(*chunks))

    with pytest.raises(StopIteration):
        read_all().send(None)
    return found
