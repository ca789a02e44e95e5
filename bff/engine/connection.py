"""Work for a client lasts no longer than the client stays."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar, cast

from starlette.requests import ClientDisconnect
from starlette.types import Receive

T = TypeVar("T")


async def while_connected(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns; where the client disconnects first, cancel it and raise `ClientDisconnect`.

    The request's body has to be read already: what still comes is dropped. Only who watches is a task of its own: the
    work goes on in the one that waits for it, as under `asyncio.timeout`.
    """
    task = cast("asyncio.Task[Any]", asyncio.current_task())
    cancelled_before = task.cancelling()
    watcher = asyncio.ensure_future(_disconnected(receive))
    is_done = False

    def end_work(_: object) -> None:
        if not is_done:
            task.cancel()

    watcher.add_done_callback(end_work)
    try:
        return await work
    except asyncio.CancelledError:
        if watcher.done() and task.uncancel() <= cancelled_before:
            # What receiving failed with, if it did.
            watcher.result()
            raise ClientDisconnect from None
        raise
    finally:
        is_done = True
        watcher.cancel()


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
