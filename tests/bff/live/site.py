"""A real server on a real port: the toy graph over event streams and sockets."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import httpx
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import ASGIApp
from websockets.asyncio.client import ClientConnection, connect

from bff.admission.body import GraphQLRequest
from bff.asking import Asker
from bff.auth.keys import KeyRing
from bff.auth.tokens import InvalidToken, TokenCheck
from bff.live.conversation import Service, SocketLimits
from bff.live.frames import FrameProtocol
from bff.live.places import Places
from bff.live.sse import EVENTS, Reader, Streams
from bff.live.stays import Stays
from bff.live.unread import drop_unread
from bff.live.websocket import Sockets
from bff.refusals import Refused, unauthenticated
from schema.common.principals import Principal
from tests.bff.live import toy
from tests.bff.pool import POOL, Clock, KeyEndpoint, SigningKey

ORIGIN = "https://app.healthmed.example"
SUBPROTOCOL = "graphql-transport-ws"
SLOW_SECONDS = 0.5
MAX_SERVER_FRAME_BYTES = 40_000
SEND_BUFFER_BYTES = 65_536


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a test may change."""

    per_person: int = 5
    per_address: int = 50
    in_all: int = 100
    heartbeat_seconds: float = 20
    limits: SocketLimits = field(
        default_factory=lambda: SocketLimits(
            init_seconds=5, send_seconds=SLOW_SECONDS, heartbeat_seconds=20, max_frame_bytes=20_000, max_operations=4
        )
    )

    def with_limits(self, **changes: Any) -> "Bounds":  # noqa: ANN401  any limit
        """Return these bounds with other limits for sockets."""
        return replace(self, limits=replace(self.limits, **changes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """The running server, and what tests turn."""

    port: int
    key: SigningKey
    clock: Clock
    places: Places
    stays: Stays
    server: uvicorn.Server
    revoked: set[str]
    path: str = "/graphql"

    @property
    def url(self) -> str:
        """Where both are served."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    @property
    def socket_url(self) -> str:
        """Where sockets are opened."""
        return f"ws://127.0.0.1:{self.port}{self.path}"

    def token(self, **changes: object) -> str:
        """Return a token of the patient."""
        return self.key.token(**changes)

    def open(self, **changes: Any) -> connect:  # noqa: ANN401  any option of the client's
        """Open a socket, as an async context manager."""
        options: dict[str, Any] = {"subprotocols": [SUBPROTOCOL], "compression": None, "ping_interval": None}
        return connect(self.socket_url, **{**options, **changes})

    @asynccontextmanager
    async def ready(self, token: str | None = None, **changes: Any) -> AsyncIterator[ClientConnection]:  # noqa: ANN401
        """Open a socket and introduce its client."""
        async with self.open(**changes) as client:
            await introduce(client, token)
            yield client


async def introduce(client: ClientConnection, token: str | None = None) -> None:
    """Say who is there, and be acknowledged."""
    payload = {} if token is None else {"payload": {"Authorization": f"Bearer {token}"}}
    await say(client, type="connection_init", **payload)
    assert await hear(client) == {"type": "connection_ack"}


async def say(client: ClientConnection, **message: object) -> None:
    """Send one message."""
    await client.send(json.dumps(message))


async def ask(client: ClientConnection, id_: str, query: str, **parameters: object) -> None:
    """Start an operation."""
    await say(client, id=id_, type="subscribe", payload={"query": query, **parameters})


async def hear(client: ClientConnection) -> Any:  # noqa: ANN401  JSON
    """Receive one message."""
    return json.loads(await asyncio.wait_for(client.recv(), 5))


async def closing(client: ClientConnection) -> tuple[int | None, str | None]:
    """Wait until the server closes; return the code and the reason."""
    await asyncio.wait_for(client.wait_closed(), 5)
    return client.close_code, client.close_reason


async def becomes(condition: Any, seconds: float = 5) -> None:  # noqa: ANN401  a function
    """Wait until a condition holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110  nobody tells when
            await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(key: SigningKey, keys: KeyEndpoint, bounds: Bounds) -> AsyncIterator[Site]:
    """Serve until the block ends; then nothing of the server is left."""
    clock = Clock()
    revoked: set[str] = set()
    identify = TokenCheck(POOL, KeyRing(keys, clock), clock)

    async def still_valid(token: str) -> bool:
        return token not in revoked

    places = Places(per_person=bounds.per_person, per_address=bounds.per_address, in_all=bounds.in_all)
    stays = Stays(now=clock, still_valid=still_valid, recheck_seconds=0.05)
    streams = Streams(places=places, stays=stays, heartbeat_seconds=bounds.heartbeat_seconds, send_seconds=SLOW_SECONDS)
    service = Service(identify=identify, start=toy.start, tell=toy.tell, stays=stays, limits=bounds.limits)
    sockets = Sockets(
        audience="patient", service=service, places=places, origins=[ORIGIN], address_of=lambda _: "203.0.113.7"
    )
    app = Starlette(
        routes=[
            Route("/graphql", partial(_answer, streams=streams, identify=identify), methods=["POST"]),
            WebSocketRoute("/graphql", sockets),
        ]
    )
    async with listening(app, ws_max_size=MAX_SERVER_FRAME_BYTES) as (server, port):
        yield Site(port=port, key=key, clock=clock, places=places, stays=stays, server=server, revoked=revoked)
        stays.stop()


@asynccontextmanager
async def listening(app: ASGIApp, **options: Any) -> AsyncIterator[tuple[uvicorn.Server, int]]:  # noqa: ANN401  uvicorn's
    """Serve an app with sockets as ours, until the block ends; yield the server and its port."""
    with _listener() as listener:
        server = _Server(
            uvicorn.Config(
                app,
                ws=FrameProtocol,
                ws_per_message_deflate=False,
                lifespan="off",
                log_config=None,
                access_log=False,
                timeout_graceful_shutdown=3,
                **options,
            )
        )
        serving_ = asyncio.create_task(server.serve(sockets=[listener]))
        await becomes(lambda: server.started)
        try:
            yield server, listener.getsockname()[1]
        finally:
            server.should_exit = True
            await serving_


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to the test run."""
        yield


@contextmanager
def _listener() -> Iterator[socket.socket]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        # Little room, so that who reads nothing is noticed soon.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SEND_BUFFER_BYTES)
        drop_unread(listener, 2 * SLOW_SECONDS)
        yield listener


async def _answer(request: Request, *, streams: Streams, identify: TokenCheck) -> Response:
    token = request.headers.get("authorization", "").removeprefix("Bearer ") or None
    asker = Asker(
        principal=Principal(audience="patient", id=None), language="en", address="203.0.113.7", request_id="r" * 8
    )
    try:
        if token:
            asker = replace(asker, principal=await _identified(identify, token))
        asked = await request.json()
        asked = GraphQLRequest(query=asked["query"], variables=asked.get("variables") or {})
        reader = Reader(person=asker.principal.id, address="203.0.113.7", token=token, tell=partial(_told, asker=asker))
        return await streams.open(partial(toy.start, asked, asker), reader, {"X-Request-Id": asker.request_id})
    except Refused as refused:
        body = orjson.dumps({"errors": toy.tell(refused, asker)})
        return Response(body, refused.status, refused.headers, "application/json")


def _told(fault: Exception, *, asker: Asker) -> Any:  # noqa: ANN401  errors
    return toy.tell(fault, asker)


async def _identified(identify: TokenCheck, token: str) -> Principal:
    try:
        return await identify(token)
    except InvalidToken:
        raise unauthenticated() from None


@asynccontextmanager
async def stream(site: Site, query: str, token: str | None = None, **body: object) -> AsyncIterator[httpx.Response]:
    """Ask for an operation as an event stream."""
    headers = {"Accept": EVENTS} | ({"Authorization": f"Bearer {token}"} if token else {})
    async with (
        httpx.AsyncClient(timeout=5, trust_env=False) as http,
        http.stream("POST", site.url, json={"query": query, **body}, headers=headers) as response,
    ):
        yield response
