"""Work ends with its client, and with whoever waits for it."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest
from starlette.requests import ClientDisconnect

from bff.engine.connection import while_connected

pytestmark = pytest.mark.anyio


class Client:
    """Still sends a part of its body, and then stays until it is told to leave."""

    def __init__(self) -> None:
        self.leaves = asyncio.Event()
        self._body_sent = False

    async def receive(self) -> MutableMapping[str, Any]:
        """Return what a server would."""
        if not self._body_sent:
            self._body_sent = True
            return {"type": "http.request", "body": b"", "more_body": False}
        await self.leaves.wait()
        return {"type": "http.disconnect"}


class Work:
    """Waits to be done, and notes whether it was cancelled."""

    def __init__(self) -> None:
        self.began, self.may_end, self.cancelled = asyncio.Event(), asyncio.Event(), False

    async def __call__(self) -> str:
        """Work."""
        self.began.set()
        try:
            await self.may_end.wait()
        except asyncio.CancelledError:
            self.cancelled = True
            raise
        return "done"


async def test_the_work_of_a_client_that_stays_is_done() -> None:
    work, before = Work(), asyncio.all_tasks()
    work.may_end.set()
    assert await while_connected(Client().receive, work()) == "done"
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_the_work_of_a_client_that_leaves_is_cancelled() -> None:
    client, work = Client(), Work()
    waiting = asyncio.ensure_future(while_connected(client.receive, work()))
    await work.began.wait()
    client.leaves.set()
    with pytest.raises(ClientDisconnect):
        await waiting
    assert work.cancelled


async def test_work_that_is_not_waited_for_any_more_is_cancelled() -> None:
    work = Work()
    waiting = asyncio.ensure_future(while_connected(Client().receive, work()))
    await work.began.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert work.cancelled


async def test_a_fault_of_the_work_is_raised() -> None:
    async def broken() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await while_connected(Client().receive, broken())


async def test_a_client_that_leaves_as_the_work_ends_cancels_nothing_else() -> None:
    client = Client()

    async def last_words() -> str:
        client.leaves.set()
        await asyncio.sleep(0)
        return "done"

    assert await while_connected(client.receive, last_words()) == "done"
    await asyncio.sleep(0.01)


async def test_who_is_cancelled_as_the_client_leaves_stays_cancelled() -> None:
    client, work = Client(), Work()
    waiting = asyncio.ensure_future(while_connected(client.receive, work()))
    await work.began.wait()
    waiting.cancel()
    client.leaves.set()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert work.cancelled


async def test_a_connection_that_cannot_be_received_from_ends_the_work() -> None:
    async def broken() -> MutableMapping[str, Any]:
        raise ZeroDivisionError

    work = Work()
    with pytest.raises(ZeroDivisionError):
        await while_connected(broken, work())
    assert work.cancelled
