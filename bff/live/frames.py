"""uvicorn's WebSockets, by wsproto, with an answer to whatever is none.

wsproto rather than websockets: in uvicorn's protocol for the latter (0.54), a handshake that it cannot parse is neither
answered nor closed, and a text that is not UTF-8 writes a stack to the log.
"""

from typing import Final

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.utils import ClientDisconnected
from uvicorn.protocols.websockets.wsproto_impl import WSProtocol
from wsproto.connection import ConnectionState
from wsproto.events import CloseConnection, Ping

_BAD_REQUEST: Final = b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class FrameProtocol(WSProtocol):
    """One socket. A handshake in another alphabet is refused; what fails the connection later is said in a close frame.

    That frame is what RFC 6455 (section 7.1.7) asks for; wsproto finds the fault, and uvicorn would only close.
    """

    _unanswered: Ping | None = None

    def data_received(self, data: bytes) -> None:
        """Handle what came. Only headers are decoded without care: the texts of frames are wsproto's business."""
        try:
            super().data_received(data)
        except UnicodeError:
            self.transport.write(_BAD_REQUEST)
            self.transport.close()

    def handle_close(self, event: CloseConnection) -> None:
        """Answer a close frame; send one where there was none, and the connection failed."""
        if self.conn.state is ConnectionState.OPEN and not self.transport.is_closing():
            self.transport.write(self.conn.send(CloseConnection(code=event.code)))
        super().handle_close(event)

    async def send(self, message: ASGISendEvent) -> None:
        """Send a message. Where the connection has failed meanwhile, it finds nobody: no fault of the sender's."""
        await self.writable.wait()
        if self.close_sent:
            raise ClientDisconnected
        await super().send(message)

    def handle_ping(self, event: Ping) -> None:
        """Answer a ping, but where the client takes nothing, only the last one (section 5.5.3), and only once it does.

        Pongs wait for nobody: without this, a client that pings and never reads fills the memory.
        """
        if not self.writable.is_set():
            self._unanswered = event
        elif not self.transport.is_closing():
            super().handle_ping(event)

    def resume_writing(self) -> None:
        """Answer the ping that waited."""
        super().resume_writing()
        ping, self._unanswered = self._unanswered, None
        if ping and self.conn.state is ConnectionState.OPEN and not self.transport.is_closing():
            super().handle_ping(ping)

    def keepalive_timeout(self) -> None:
        """Cut off a client that answers no ping.

        uvicorn's close frame would be read when a computer wakes up, and its code, 1011, tells clients to stay away.
        """
        self.transport.abort()
