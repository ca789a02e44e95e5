"""Server-sent events, taken apart: bytes come in as they arrive, blocks go out (WHATWG HTML, section 9.2)."""

from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass
from typing import Final

# A hundred times what an event has.
MAX_BLOCK_BYTES: Final = 64_000


class TooLong(Exception):  # noqa: N818  what it is
    """A block that does not end within `MAX_BLOCK_BYTES`."""


@dataclass(frozen=True, slots=True)
class Block:
    """What lies between two blank lines: the last `id` and the lines of `data`, None where there are none."""

    id: str | None
    data: bytes | None


async def blocks(chunks: AsyncIterable[bytes]) -> AsyncIterator[Block]:
    r"""Yield the blocks of a stream whose lines end in `\n` or `\r\n`; raise `TooLong`.

    One that is not finished is none: it comes again, whole, over the next connection.
    """
    waiting = b""
    async for chunk in chunks:
        *finished, waiting = (waiting + chunk.replace(b"\r", b"")).split(b"\n\n")
        for block in finished:
            yield _block(block)
        if len(waiting) > MAX_BLOCK_BYTES:
            raise TooLong


def _block(text: bytes) -> Block:
    fields: dict[bytes, list[bytes]] = {}
    for line in text.split(b"\n"):
        name, _, value = line.partition(b":")
        fields.setdefault(name, []).append(value.removeprefix(b" "))
    ids, data = fields.get(b"id"), fields.get(b"data")
    return Block(ids[-1].decode("latin-1") if ids else None, b"\n".join(data) if data else None)
