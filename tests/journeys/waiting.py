"""Waiting for what happens soon: an event's effect, a meeting that becomes ready."""

import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

import anyio

T = TypeVar("T")


async def until(look: Callable[[], Awaitable[T | None]], seconds: float = 20) -> T:
    """Look again and again until there is something; fail after a while."""
    deadline = time.monotonic() + seconds
    while (found := await look()) is None:
        assert time.monotonic() < deadline, f"nothing to see after {seconds} s"
        await anyio.sleep(0.1)
    return found
