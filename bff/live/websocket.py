"""Operations over a WebSocket: `graphql-transport-ws`, and only that.

Who asks is said in `connection_init`: `{"Authorization": "Bearer ..."}`; without it, nobody, who may run what is
public. Close codes, and what they are for:

  4400  a frame that is no message of the protocol, or is too large; a binary one
  4401  an operation before the connection is acknowledged
  4403  a token that is not valid, or no longer: it expired, or was revoked
  4408  no `connection_init` in time
  4409  an operation with the id of one that runs
  4429  a second `connection_init`; too many operations on one socket; too many sockets of one person
  4500  a fault of ours
  1012  the server stops
  1013  whether the token is valid cannot be told now
  1002, 1007, 1009  what is no WebSocket frame, no UTF-8, or larger than the server reads at all (bff/live/frames.py)

A reader that takes nothing is dropped without a code: no frame would reach it.
"""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bff.answers.encoding import encoded
from bff.asking import Asker
from bff.language import preferred
from bff.live.conversation import Conversation, Service
from bff.live.handshake import check_handshake
from bff.live.outlet import Outlet, Unsent
from bff.live.places import Place, Places
from bff.live.protocol import SUBPROTOCOL
from bff.refusals import Refused
from schema.common.principals import Audience, Principal


@dataclass(frozen=True, slots=True, kw_only=True)
class Sockets:
    """Answers the handshakes of one audience, as an ASGI app. `origins` are exact; `address_of` says who comes where.

    A handshake that is refused gets an HTTP status and JSON errors, as a request does.
    """

    audience: Audience
    service: Service
    places: Places
    origins: Collection[str]
    address_of: Callable[[HTTPConnection], str]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hold one socket from its handshake to its end."""
        connection = HTTPConnection(scope)
        asker = Asker(
            principal=Principal(audience=self.audience, id=None),
            language=preferred(connection.headers.get("accept-language", "")),
            address=self.address_of(connection),
            request_id=uuid.uuid4().hex,
        )
        try:
            check_handshake(connection, self.origins)
            place = self.places.take(asker.address)
        except Refused as refused:
            await self._refusal(refused, asker)(scope, receive, send)
            return
        outlet = Outlet(send, self.service.limits.send_seconds)
        try:
            await self._hold(receive, outlet, place, asker)
        except Unsent:
            return
        finally:
            place.leave()

    async def _hold(self, receive: Receive, outlet: Outlet, place: Place, asker: Asker) -> None:
        await receive()  # websocket.connect
        await outlet({"type": "websocket.accept", "subprotocol": SUBPROTOCOL})
        close = await Conversation(self.service, receive, outlet, place, asker).hold()
        if close:
            await outlet(close.event())

    def _refusal(self, refused: Refused, asker: Asker) -> Response:
        body = encoded({"errors": self.service.tell(refused, asker)})
        return Response(body, refused.status, refused.headers, "application/json")
