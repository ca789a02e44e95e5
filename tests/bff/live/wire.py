"""WebSocket as it goes over the wire, for what no client would send."""

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
_NO_MASK: Final = bytes(4)
_HEADERS: Final = {
    "Host": "x",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Protocol": "graphql-transport-ws",
}


def handshake(target: str, headers: Mapping[str, str | None] | None = None, method: str = "GET") -> bytes:
    """Return a handshake with these headers too, or without those that are None; nothing is escaped."""
    lines = [f"{name}: {value}" for name, value in {**_HEADERS, **(headers or {})}.items() if value is not None]
    return "\r\n".join([f"{method} {target} HTTP/1.1", *lines, "", ""]).encode("latin-1", "replace")


def frame(  # noqa: PLR0913  the parts of a frame
    opcode: int,
    payload: bytes = b"",
    *,
    final: bool = True,
    masked: bool = True,
    reserved: int = 0,
    mask: bytes = _NO_MASK,
) -> bytes:
    """Return a client's frame."""
    first, flag = final << 7 | reserved << 4 | opcode, 0x80 if masked else 0
    size = len(payload)
    length = bytes([flag | size]) if size < 126 else bytes([flag | 126]) + struct.pack("!H", size)
    if not masked:
        return bytes([first]) + length + payload
    return bytes([first]) + length + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))


async def frames_of(reader: asyncio.StreamReader) -> AsyncIterator[tuple[int, bytes]]:
    """Read the server's frames until it closes the connection: each one's opcode and payload."""
    try:
        while True:
            opcode, size = await reader.readexactly(2)
            if size >= 126:
                size = int.from_bytes(await reader.readexactly(2 if size == 126 else 8), "big")
            yield opcode & 15, await reader.readexactly(size)
    except (asyncio.IncompleteReadError, ConnectionError):
        return


@asynccontextmanager
async def reading_nothing(port: int, handshake: bytes, request: bytes) -> AsyncIterator[socket.socket]:
    """Ask, with little room for the answer."""
    loop = asyncio.get_running_loop()
    with socket.socket() as client:
        client.settimeout(0)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        await loop.sock_connect(client, ("127.0.0.1", port))
        if handshake:
            await loop.sock_sendall(client, handshake)
            await loop.sock_recv(client, 4096)
        await loop.sock_sendall(client, request)
        yield client
