"""Work for a client lasts no longer than the client stays."""

from collections.abc import Coroutine
from typing import Any, NoReturn, TypeVar

from starlette.requests import ClientDisconnect
from starlette.types import Receive

from bff.engine.race import first_of

T = TypeVar("T")


async def while_connected(receive: Receive, work: Coroutine[Any, Any, T]) -> T:
    """Return what `work` returns; where the client disconnects first, cancel it and raise `ClientDisconnect`.

    The request's body has to be read already: what still comes is dropped.
    """
    return await first_of(work, _disconnected(receive))


async def _disconnected(receive: Receive) -> NoReturn:
    while (await receive())["type"] != "http.disconnect":
        pass
    raise ClientDisconnect
