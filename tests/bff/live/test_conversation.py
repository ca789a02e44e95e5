"""What a real server cannot be made to do: faults of ours, and a reader that takes nothing."""

import asyncio
import json
from collections.abc import Sequence

import pytest
from starlette.types import Message

from bff.asking import Asker
from bff.live.conversation import Conversation, Service, SocketLimits
from bff.live.outlet import Outlet
from bff.live.places import Places
from bff.live.protocol import FAULT, Close
from bff.live.stays import Stays
from schema.common.principals import Principal
from tests.bff.live import toy
from tests.bff.pool import Clock

pytestmark = pytest.mark.anyio

INIT = {"type": "connection_init"}
NOBODY = Asker(
    principal=Principal(audience="patient", id=None), language="en", address="203.0.113.7", request_id="r" * 8
)
LIMITS = SocketLimits(init_seconds=1, send_seconds=0.1, heartbeat_seconds=20, max_frame_bytes=1_000, max_operations=2)


async def fails(_: str) -> Principal:
    """Break, as nothing should."""
    raise RuntimeError(toy.SECRET)


async def held(messages: Sequence[object], *, takes: int = 100) -> Close | None:
    """Hold a conversation with a client that says this, and takes so many messages."""
    said: asyncio.Queue[Message] = asyncio.Queue()
    for message in messages:
        said.put_nowait({"type": "websocket.receive", "text": json.dumps(message)})
    taken: list[Message] = []

    async def send(message: Message) -> None:
        if len(taken) == takes:
            await asyncio.sleep(3600)
        taken.append(message)

    stays = Stays(now=Clock(), still_valid=lambda _: asyncio.sleep(0, result=True), recheck_seconds=60)
    service = Service(identify=fails, start=toy.start, tell=toy.tell, stays=stays, limits=LIMITS)
    place = Places(per_person=1, per_address=1, in_all=1).take("a")
    conversation = Conversation(service, said.get, Outlet(send, LIMITS.send_seconds), place, NOBODY)
    return await asyncio.wait_for(conversation.hold(), 5)


async def test_a_fault_of_ours_closes_with_4500_and_shows_nothing(caplog: pytest.LogCaptureFixture) -> None:
    assert await held([{"type": "connection_init", "payload": {"Authorization": "Bearer x"}}]) == FAULT
    assert "RuntimeError" in caplog.text
    assert toy.SECRET not in caplog.text


@pytest.mark.parametrize("takes", [0, 1])
async def test_a_reader_that_takes_nothing_is_left_without_a_word(takes: int) -> None:
    """Whether the acknowledgement is stuck or an answer."""
    subscribe = {"type": "subscribe", "id": "a", "payload": {"query": "subscription { flood }"}}
    assert await held([INIT, subscribe], takes=takes) is None
    assert not toy.RUNNING.total()


async def test_an_error_that_is_stuck_is_no_fault() -> None:
    subscribe = {"type": "subscribe", "id": "a", "payload": {"query": "{"}}
    assert await held([INIT, subscribe], takes=1) is None
