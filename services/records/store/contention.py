"""Look, decide, write: again, where a neighbour changed meanwhile what was looked at."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from services.common.table import ConditionFailed
from services.common.wire import Problem

MAX_ATTEMPTS: Final = 20
JITTER_SECONDS: Final = 0.005

T = TypeVar("T")


class Contended(Problem):
    """Neighbours changed the same thing at each attempt, which only abuse brings about."""

    def __init__(self) -> None:
        super().__init__(503, "CONTENDED", "The same thing is being changed by others; try again.")


async def insist(action: Callable[[], Awaitable[T]]) -> T:
    """Return what `action` does, which looks before it writes; raise `Contended` after 20 attempts."""
    for attempt in range(1, MAX_ATTEMPTS + 1):
        try:
            return await action()
        except ConditionFailed:
            await asyncio.sleep(random.uniform(0, JITTER_SECONDS * attempt))  # noqa: S311  jitter
    raise Contended
