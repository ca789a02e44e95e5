"""What is not HTTP passes everything by."""

import pytest
from starlette.types import Message, Receive, Scope, Send

from bff.answers.wrapping import wrapped
from tests.bff.answers.site import ELSEWHERE

pytestmark = pytest.mark.anyio

SCOPES: list[Scope] = [
    {"type": "websocket", "headers": [(b"origin", ELSEWHERE.encode())]},
    {"type": "lifespan"},
]


@pytest.mark.parametrize("scope", SCOPES, ids=lambda scope: scope["type"])
async def test_sockets_and_the_lifespan_pass_through(scope: Scope) -> None:
    """Whether a page may open a socket is decided in the handshake, below."""
    message: Message = {"type": f"{scope['type']}.anything"}
    sent: list[Message] = []

    async def app(given: Scope, receive: Receive, send: Send) -> None:
        assert given is scope
        await send(await receive())

    async def receive() -> Message:
        return message

    async def send(given: Message) -> None:
        sent.append(given)

    await wrapped(app, allowed_origins=(), preflight_headers=(), https=True)(scope, receive, send)
    assert sent == [{"type": f"{scope['type']}.anything"}]
