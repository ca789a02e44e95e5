import asyncio

import pytest
from starlette.types import Message

from bff.engine.race import first_of
from bff.live.outlet import Outlet, Unsent

pytestmark = pytest.mark.anyio


class Server:
    """Takes messages, or does not."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.takes = asyncio.Event()
        self.takes.set()
        self.gone = False

    async def send(self, message: Message) -> None:
        """Take one message, when it can."""
        if self.gone:
            raise OSError
        await self.takes.wait()
        self.taken.append(message)


async def test_messages_go_one_at_a_time_in_their_order() -> None:
    server = Server()
    server.takes.clear()
    outlet = Outlet(server.send, 5)
    sending = asyncio.gather(*(outlet({"type": str(number)}) for number in range(3)))
    await asyncio.sleep(0.01)
    server.takes.set()
    await sending
    assert [each["type"] for each in server.taken] == ["0", "1", "2"]


@pytest.mark.parametrize("gone", [True, False])
async def test_a_reader_that_is_gone_or_takes_nothing_breaks_the_outlet(gone: bool) -> None:
    server = Server()
    server.gone = gone
    server.takes.clear()
    outlet = Outlet(server.send, 0.01)
    waiting = asyncio.create_task(outlet.broken())
    with pytest.raises(Unsent):
        await outlet({"type": "a"})
    await asyncio.wait_for(waiting, 1)


async def test_waiting_for_another_message_counts() -> None:
    """Messages of many operations do not get a time each, one after the other."""
    server = Server()
    server.takes.clear()
    outlet = Outlet(server.send, 0.05)
    began = asyncio.get_running_loop().time()
    results = await asyncio.gather(*(outlet({"type": "a"}) for _ in range(20)), return_exceptions=True)
    assert all(isinstance(result, Unsent) for result in results)
    assert asyncio.get_running_loop().time() - began < 0.5


async def test_an_outlet_that_works_is_not_broken() -> None:
    outlet = Outlet(Server().send, 0.05)
    await outlet({"type": "a"})

    async def later() -> None:
        await asyncio.sleep(0.1)
        raise LookupError

    with pytest.raises(LookupError):
        await first_of(outlet.broken(), later())
