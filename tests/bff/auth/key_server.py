"""A pool's JWKS endpoint behind a real socket: it counts what is fetched, may be slow, and may fail."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial

import httpx

from bff.auth.keys import DEFAULT_AGES, KeyAges, KeyRing
from clients.cognito.keys import key_set
from tests.bff.pool import Clock
from tests.clients.servers import serving


@dataclass(slots=True)
class KeyServer:
    """What is answered, after how many seconds, and how often it was asked."""

    keys: list[dict[str, object]]
    url: str = ""
    status: str = "200 OK"
    headers: str = ""
    padding_bytes: int = 0
    seconds: float = 0
    fetched_at: list[float] = field(default_factory=list)

    @property
    def fetches(self) -> int:
        """How often it was asked."""
        return len(self.fetched_at)

    async def answer(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection."""
        self.fetched_at.append(asyncio.get_running_loop().time())
        await asyncio.sleep(self.seconds)
        body = json.dumps({"keys": self.keys}).encode() + b" " * self.padding_bytes
        head = f"HTTP/1.1 {self.status}\r\n{self.headers}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()


@asynccontextmanager
async def key_server(
    clock: Clock, *keys: dict[str, object], ages: KeyAges = DEFAULT_AGES
) -> AsyncIterator[tuple[KeyServer, KeyRing]]:
    """Serve these keys, and fetch them as the BFF does, by the test's clock."""
    server = KeyServer(list(keys))
    async with serving(server.answer) as listening, httpx.AsyncClient(trust_env=False) as http:
        server.url = listening.url
        yield server, KeyRing(partial(key_set, http, server.url), clock, ages)
