"""A server that behaves: it keeps connections, counts them, and answers each request as it is told."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

# What to write for a request, and whether to close after it.
Answering = Callable[[bytes], tuple[bytes, bool]]


@dataclass(slots=True)
class KeepingServer:
    """Where it listens, the requests that came, and how many connections were opened and are open."""

    url: str = ""
    requests: list[bytes] = field(default_factory=list)
    opened: int = 0
    open: int = 0
    most: int = 0

    async def quiet(self) -> None:
        """Wait until no connection is open."""
        while self.open:  # noqa: ASYNC110  a count that many connections change
            await asyncio.sleep(0.005)


def ok(body: bytes = b"{}", *headers: bytes) -> bytes:
    """Return an answer of a stated length."""
    lines = b"".join(each + b"\r\n" for each in headers)
    return b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n%b\r\n%b" % (len(body), lines, body)


@asynccontextmanager
async def keeping(
    answering: Answering, *, delay_seconds: float = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[KeepingServer]:
    """Answer each request of each connection, after a delay."""
    running: set[asyncio.Task[None]] = set()
    state = KeepingServer()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state.opened += 1
        state.open += 1
        state.most = max(state.most, state.open)
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lower = head.lower()
                length = int(lower.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0)
                request = head + await reader.readexactly(length)
                state.requests.append(request)
                await asyncio.sleep(delay_seconds)
                answer, close = answering(request)
                writer.write(answer)
                await writer.drain()
                if close:
                    break
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            state.open -= 1
            writer.close()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(serve(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    async with await asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls) as server:
        host, port = server.sockets[0].getsockname()
        state.url = f"{'https' if tls else 'http'}://{'localhost' if tls else host}:{port}"
        yield state
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
