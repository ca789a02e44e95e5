"""Real servers on this machine that misbehave, each for as long as a test wants it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass(slots=True)
class MisbehavingServer:
    """Where it listens, how many connections were opened, whether it was asked, and whether one was left again."""

    url: str = ""
    opened: int = 0
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)


@asynccontextmanager
async def serving(handler: Handler) -> AsyncIterator[MisbehavingServer]:
    """Let `handler` answer each connection, once a request's head has come."""
    running: set[asyncio.Task[None]] = set()
    state = MisbehavingServer()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        state.opened += 1
        try:
            await reader.readuntil(b"\r\n\r\n")
            state.asked.set()
            await handler(reader, writer)
            await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            state.left.set()
            writer.transport.abort()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(answer(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    async with await asyncio.start_server(accept, "127.0.0.1", 0) as server:
        host, port = server.sockets[0].getsockname()
        state.url = f"http://{host}:{port}"
        yield state
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def trickle(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer at once, and then with a byte now and then: no single read is slow."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.02)


async def be_silent(_reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing."""


async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close without a word."""
    writer.close()


async def break_off(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Promise more than comes."""
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n[")
    writer.close()


async def talk_nonsense(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak no HTTP."""
    writer.write(b"220 smtp.example.com ESMTP\r\n")


async def flood(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send without end."""
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    block = b" " * 100_000
    while True:
        writer.write(b"%x\r\n%b\r\n" % (len(block), block))
        await writer.drain()
