"""One socket: the tasks that listen, guard and keep it open, and one an operation."""

import asyncio
import uuid
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from starlette.types import Receive

from bff.admission.body import GraphQLRequest
from bff.asking import Asker
from bff.auth.keys import KeysUnavailable
from bff.auth.tokens import InvalidToken
from bff.engine.race import end, first_of
from bff.live import protocol
from bff.live.answers import Answers, Errors
from bff.live.handshake import bearer
from bff.live.outlet import Outlet, Unsent
from bff.live.places import Place
from bff.live.protocol import Close, Complete, ConnectionInit, Message, Parameters, Ping, Pong, Stage, Subscribe
from bff.live.stays import Over, Stays
from bff.refusals import Refused
from schema.common.principals import Principal, person_id


class Start(Protocol):
    """Admits an operation, as over HTTP, and starts it."""

    async def __call__(self, asked: GraphQLRequest, asker: Asker, /) -> Answers:
        """Return the operation's answers; raise `Refused` and `InvalidRequest`."""


Tell = Callable[[Exception, Asker], Errors]


@dataclass(frozen=True, slots=True, kw_only=True)
class SocketLimits:
    """How long a client may take to introduce itself and to take a message, how often it is asked, how much it may."""

    init_seconds: float
    send_seconds: float
    heartbeat_seconds: float
    max_frame_bytes: int
    max_operations: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What all sockets of an audience share. `identify` verifies a token, and raises `InvalidToken`."""

    identify: Callable[[str], Awaitable[Principal]]
    start: Start
    tell: Tell
    stays: Stays
    limits: SocketLimits


class Conversation:
    """Speaks the protocol over an open socket. `asker` is nobody until a token says otherwise."""

    def __init__(self, service: Service, receive: Receive, outlet: Outlet, place: Place, asker: Asker) -> None:
        self._service: Final = service
        self._receive: Final = receive
        self._outlet: Final = outlet
        self._place: Final = place
        self._asker = asker
        self._stage = Stage.OPENED
        self._introduced: Final[asyncio.Future[str | None]] = asyncio.get_running_loop().create_future()
        self._running: Final[dict[str, asyncio.Task[None]]] = {}

    async def hold(self) -> Close | None:
        """Converse until the socket has to be closed; None where the client is gone, or takes nothing any more."""
        try:
            return await first_of(self._listen(), self._guard(), self._keep_open(), self._outlet.broken())
        except Unsent:
            return None
        except Exception as fault:  # noqa: BLE001  left to the server, its message would be logged: it may hold patient data
            self._service.tell(fault, self._asker)
            return protocol.FAULT
        finally:
            await end(tuple(self._running.values()))

    async def _listen(self) -> Close | None:
        limits = self._service.limits
        while (event := await self._receive())["type"] == "websocket.receive":
            message = protocol.read(event.get("text"), limits.max_frame_bytes)
            if isinstance(message, Close):
                return message
            close = protocol.objection(message, self._stage, self._running, limits.max_operations)
            if close is None:
                close = await self._act(message)
            if close:
                return close
        return None

    async def _act(self, message: Message) -> Close | None:
        match message:
            case ConnectionInit(payload=payload):
                return await self._introduce(payload)
            case Ping(payload=payload):
                await self._outlet(protocol.pong(payload))
            case Pong():
                pass
            case Subscribe(id=operation, payload=parameters):
                task = asyncio.create_task(self._operate(operation, parameters))
                self._running[operation] = task
                task.add_done_callback(lambda _: self._running.pop(operation))
            case Complete(id=operation):
                # Reading goes on when it has ended: its id may be used again at once, and ends do not pile up.
                await end([task for id_, task in self._running.items() if id_ == operation])
        return None

    async def _introduce(self, payload: dict[str, Any] | None) -> Close | None:
        try:
            token = bearer(payload)
            if token is not None:
                principal = await self._service.identify(token)
                self._place.belongs_to(person_id(principal))
                self._asker = replace(self._asker, principal=principal)
        except InvalidToken:
            return protocol.FORBIDDEN
        except KeysUnavailable:
            return protocol.TRY_LATER
        except Refused:
            return protocol.TOO_MANY_SOCKETS
        self._stage = Stage.ACKNOWLEDGED
        self._introduced.set_result(token)
        await self._outlet(protocol.acknowledgement())
        return None

    async def _guard(self) -> Close:
        """Return when the client did not introduce itself in time, or may not stay any longer."""
        try:
            async with asyncio.timeout(self._service.limits.init_seconds):
                token = await self._introduced
        except TimeoutError:
            return protocol.NO_INIT
        match await self._service.stays.over(token):
            case Over.TOKEN:
                return protocol.FORBIDDEN
            case Over.SERVER:
                return protocol.SERVER_STOPS

    async def _keep_open(self) -> None:
        while True:
            await asyncio.sleep(self._service.limits.heartbeat_seconds)
            await self._outlet(protocol.ping())

    async def _operate(self, operation: str, parameters: Parameters) -> None:
        asker = replace(self._asker, request_id=uuid.uuid4().hex)
        try:
            async with aclosing(await self._service.start(_request(parameters), asker)) as answers:
                async for answer in answers:
                    await self._outlet(protocol.next_answer(operation, answer))
            await self._outlet(protocol.completion(operation))
        except Unsent:
            return
        except Exception as fault:  # noqa: BLE001  as above
            await self._end_with(operation, self._service.tell(fault, asker))

    async def _end_with(self, operation: str, errors: Errors) -> None:
        try:
            await self._outlet(protocol.refusal(operation, errors))
        except Unsent:
            return


def _request(given: Parameters) -> GraphQLRequest:
    return GraphQLRequest(
        query=given.query,
        operation_name=given.operation_name,
        variables=given.variables or {},
        extensions=given.extensions or {},
        document_id=given.document_id,
    )
