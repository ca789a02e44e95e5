"""A service's stream of changes, over one connection."""

import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Final

import httpx
import msgspec

from clients.changes.blocks import TooLong, blocks
from clients.changes.models import Change, Told
from clients.errors import UpstreamContract, UpstreamUnavailable
from clients.wire import UNDECODABLE

CONNECT_TIMEOUT_SECONDS: Final = 2.0
# A service gives a sign of life every five: after three that did not come, it is gone.
SILENCE_SECONDS: Final = 15.0
_OK: Final = 200

_log: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesClient:
    """Listens to one service. `headers` are asked for at each connection: a token lives for a minute."""

    name: str
    base_url: str
    http: httpx.AsyncClient
    headers: Callable[[], Mapping[str, str]]

    async def connection(self, after: str | None) -> AsyncGenerator[Told]:
        """Yield what happened since the cursor `after`, then what happens, each at least once; until a break.

        Without a cursor it starts about now. Ends where the service ends it; raises `UpstreamUnavailable`, also for a
        refusal, and `UpstreamContract`.
        """
        cursor = after
        try:
            async with self.http.stream(
                "GET",
                f"{self.base_url}/changes",
                params={} if after is None else {"after": after},
                headers={**self.headers(), "Accept": "text/event-stream"},
                timeout=httpx.Timeout(SILENCE_SECONDS, connect=CONNECT_TIMEOUT_SECONDS),
            ) as response:
                self._check(response)
                async for block in blocks(response.aiter_bytes()):
                    cursor = cursor if block.id is None else block.id
                    if cursor is not None:
                        yield Told(None if block.data is None else self._change(block.data), cursor)
        except httpx.HTTPError as failure:
            raise UpstreamUnavailable(self.name, type(failure).__name__) from failure
        except TooLong:
            raise UpstreamContract(self.name, "a block without an end") from None

    def _check(self, response: httpx.Response) -> None:
        if response.status_code != _OK:
            raise UpstreamUnavailable(self.name, f"status {response.status_code}")
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            raise UpstreamContract(self.name, "not a stream of events")

    def _change(self, data: bytes) -> Change | None:
        """Return the change; None for one that breaks the contract: asking again would bring it again, for ever."""
        try:
            return msgspec.json.decode(data, type=Change)
        except UNDECODABLE as failure:
            # Not its message: msgspec's may quote what it could not read.
            _log.error("%s: a change that cannot be read: %s", self.name, type(failure).__name__)
            return None
