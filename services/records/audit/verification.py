"""Proving the whole audit: each chain, that none is missing, and that none is shorter than it was known to be."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Final

from services.common.table import Item, Key, Table
from services.records.audit.chain import (
    EVERY_EVENT,
    EVERY_HEAD,
    SHARDS,
    TALLIES,
    by_chain,
    partition,
    shard,
)
from services.records.audit.proof import Anchor, Fault, Proven, proof
from services.records.audit.seal import Seal

_PAGE: Final = 1000
_LOOKS: Final = 3
_PAUSE_SECONDS: Final = 0.2


@dataclass(frozen=True, slots=True)
class Missing:
    """All chains of a shard together have fewer events, or more, than were appended to them."""

    shard: str
    counted: int
    appended: int


class Verification:
    """Reads the audit and proves it, while events may be appended."""

    def __init__(self, table: Table, seal: Seal) -> None:
        self._table: Final = table
        self._seal: Final = seal

    async def chain(self, chain: str, anchor: Anchor | None = None) -> Proven | Fault:
        """Prove one chain. What looks wrong is looked at again: it may have grown between two pages."""
        result = await self._once(chain, anchor)
        for _ in range(_LOOKS - 1):
            if isinstance(result, Proven):
                break
            await asyncio.sleep(_PAUSE_SECONDS)
            result = await self._once(chain, anchor)
        return result

    async def everything(self, anchors: Mapping[str, Anchor]) -> AsyncIterator[Proven | Fault | Missing]:
        """Prove every chain that has an event, an end or an anchor; then that no chain is missing."""
        before = await self._tallies()
        counted: Counter[str] = Counter()
        broken: set[str] = set()
        for chain in sorted({*await self._chains(), *anchors}):
            result = await self.chain(chain, anchors.get(chain))
            if isinstance(result, Proven):
                counted[shard(chain)] += result.anchor[0]
            else:
                broken.add(shard(chain))
            yield result
        after = await self._tallies()
        # A broken chain is told of already, and counts for nothing.
        for each in sorted((after.keys() | counted.keys()) - broken):
            # Between the two tallies, unless something was taken away, or put there past them.
            if not before[each] <= counted[each] <= after[each]:
                yield Missing(each, counted[each], after[each])

    async def _once(self, chain: str, anchor: Anchor | None) -> Proven | Fault:
        return proof(chain, [item async for item in self._all(partition(chain))], self._seal, anchor)

    async def _chains(self) -> set[str]:
        events = {item["gsi3pk"].removeprefix(by_chain("")) async for item in self._all(EVERY_EVENT, "gsi2")}
        return events | {item["gsi1sk"] async for item in self._all(EVERY_HEAD, "gsi1")}

    async def _tallies(self) -> Counter[str]:
        keys: list[Key] = [(TALLIES, f"{each:02d}") for each in range(SHARDS)]
        return Counter({key[1]: int(item["count"]) for key, item in (await self._table.get(keys)).items()})

    async def _all(self, pk: str, index: str | None = None) -> AsyncIterator[Item]:
        after: str | None = None
        while True:
            page = await self._table.query(pk, index=index, limit=_PAGE, after=after)
            for item in page.items:
                yield item
            after = page.next
            if after is None:
                return
