"""Requests over kept connections, as many as a server takes or as many as it is told; every answer has to be good.

python -m benchmarks.load, with a plan as JSON on standard input and what was seen as JSON on standard output: a process
of its own, so that it may have a core of its own.
"""

import asyncio
import json
import sys
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from itertools import count
from typing import Any, Final

import uvloop

# A server that stalls is a failure, not a wait.
GRACE_SECONDS: Final = 30
# A percentile of fewer says nothing.
FEWEST: Final = 20
_LENGTH: Final = b"content-length: "
_CHUNK: Final = b"0123456789abcdef\r\n"
_LAST_CHUNK: Final = b"\r\n0\r\n\r\n"
_ERRORS: Final = b'"errors"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Which bodies to post in turn, and how: `per_second` requests, or else as many as `connections` can take.

    It ends after `seconds`, or after `requests` if that comes first.
    """

    port: int
    path: str
    token: str
    bodies: Sequence[str]
    connections: int
    seconds: float
    per_second: float | None = None
    requests: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How many answers came in how long, and how long each took since it was due."""

    requests: int
    seconds: float
    latencies_ms: list[float] = field(default_factory=list)


class _Line(asyncio.Protocol):
    """One connection, one request at a time."""

    def __init__(self) -> None:
        self.done: asyncio.Future[None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def ask(self, request: bytes) -> asyncio.Future[None]:
        self._missing: int | None = None
        self._in_body = False
        self._head = self._tail = b""
        self.done = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self.done

    def data_received(self, data: bytes) -> None:
        if not self._in_body:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            head, data = self._head[:end].lower(), self._head[end + 4 :]
            self._in_body = True
            length = head.partition(_LENGTH)[2].partition(b"\r\n")[0]
            self._missing = int(length) if length else None
            if not head.startswith(b"http/1.1 200 ") or data.lstrip(_CHUNK).startswith(b"{" + _ERRORS):
                self._fail(self._head[:500])
                return
        if self._missing is None:
            self._tail = (self._tail + data)[-len(_LAST_CHUNK) :]
            over = self._tail == _LAST_CHUNK
        else:
            self._missing -= len(data)
            over = self._missing == 0
        if over and self.done is not None:
            self.done.set_result(None)
            self.done = None

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002  asyncio's
        self._fail(b"the connection was lost")

    def _fail(self, why: bytes) -> None:
        if self.done is not None and not self.done.done():
            self.done.set_exception(RuntimeError(why.decode("utf-8", "replace")))


async def run(plan: Plan) -> Seen:
    """Carry out a plan."""
    loop = asyncio.get_running_loop()
    lines = [(await loop.create_connection(_Line, "127.0.0.1", plan.port))[1] for _ in range(plan.connections)]
    requests = [_request(plan, body.encode()) for body in plan.bodies]
    async with asyncio.timeout(plan.seconds + GRACE_SECONDS):
        return await (_paced if plan.per_second else _eager)(plan, lines, requests)


def _request(plan: Plan, body: bytes) -> bytes:
    head = (
        f"POST {plan.path} HTTP/1.1\r\nHost: 127.0.0.1:{plan.port}\r\nContent-Type: application/json\r\n"
        f"Accept: application/json\r\nAuthorization: Bearer {plan.token}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _eager(plan: Plan, lines: Sequence[_Line], requests: Sequence[bytes]) -> Seen:
    latencies: list[float] = []
    turn = count()
    began = time.perf_counter()
    until = began + plan.seconds

    async def work(line: _Line) -> None:
        while (asked := time.perf_counter()) < until:
            n = next(turn)
            if plan.requests is not None and n >= plan.requests:
                return
            await line.ask(requests[n % len(requests)])
            latencies.append((time.perf_counter() - asked) * 1_000)

    await asyncio.gather(*map(work, lines))
    return Seen(requests=len(latencies), seconds=time.perf_counter() - began, latencies_ms=latencies)


async def _paced(plan: Plan, lines: Sequence[_Line], requests: Sequence[bytes]) -> Seen:
    """Ask at a steady rate; a request that finds no free connection waits, and its wait counts."""
    latencies: list[float] = []
    free = deque(lines)
    running: set[asyncio.Task[None]] = set()
    freed = asyncio.Event()
    step = 1 / (plan.per_second or 1)
    began = time.perf_counter()

    async def one(line: _Line, request: bytes, due: float) -> None:
        await line.ask(request)
        latencies.append((time.perf_counter() - due) * 1_000)
        free.append(line)
        freed.set()

    for n in count():
        due = began + n * step
        if due >= began + plan.seconds and n >= FEWEST:
            break
        wait = due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        while not free:
            freed.clear()
            await freed.wait()
        task = asyncio.create_task(one(free.popleft(), requests[n % len(requests)], due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    return Seen(requests=len(latencies), seconds=time.perf_counter() - began, latencies_ms=latencies)


if __name__ == "__main__":
    print(json.dumps(asdict(uvloop.run(run(Plan(**json.load(sys.stdin)))))))
