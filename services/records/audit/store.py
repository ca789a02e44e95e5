"""The audit in DynamoDB: events are appended, in the order in which they come, and never changed. `chain` says how."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Final
from weakref import WeakValueDictionary

from services.common.table import Item, Table, Write
from services.records.audit.chain import (
    EVENT,
    EVERY_EVENT,
    GENESIS,
    appending,
    by_actor,
    by_chain,
    by_decision,
    canonical,
    digest,
    head_key,
    link_of,
    link_sort_key,
    mark_key,
    partition,
)
from services.records.audit.models import AuditEntry, AuditEvent, Decision, Link
from services.records.audit.seal import Seal
from services.records.store.contention import insist
from services.records.store.keys import stamp

# A link and its mark each, within the 100 writes that DynamoDB takes in a transaction.
EVENTS_A_TRANSACTION: Final = 40
_PAGES_A_SEARCH: Final = 10
_ENDLESS: Final = "~"
Entries = tuple[Sequence[AuditEntry], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """What to look for: each that is given narrows it. Times are of the events, `since` included, `until` not."""

    patient_id: str | None = None
    actor: str | None = None
    decision: Decision | None = None
    since: datetime | None = None
    until: datetime | None = None

    def finds(self, event: AuditEntry) -> bool:
        """Say whether an event of the index is one of them."""
        return self.actor in {None, event.actor} and self.decision in {None, event.decision}

    @property
    def index(self) -> tuple[str, str]:
        """The narrowest index, and its partition."""
        if self.patient_id is not None:
            return "gsi3", by_chain(self.patient_id)
        if self.actor is not None:
            return "gsi1", by_actor(self.actor)
        unusual = self.decision not in {None, Decision.ALLOWED}
        return "gsi2", by_decision(self.decision) if self.decision and unusual else EVERY_EVENT

    @property
    def between(self) -> tuple[str, str] | None:
        """The bounds of the index's sort key, which begins with the time."""
        if self.since is None and self.until is None:
            return None
        # What ends at a time sorts before it: a position has the event's id behind the time.
        return stamp(self.since) if self.since else "0", stamp(self.until) if self.until else _ENDLESS


class AuditStore:
    """The audit's part of the service's table."""

    def __init__(self, table: Table, seal: Seal) -> None:
        self._table: Final = table
        self._seal: Final = seal
        # Within a process one waits for the other; between processes the head's condition decides.
        self._turns: Final[WeakValueDictionary[str, asyncio.Lock]] = WeakValueDictionary()

    async def append(self, events: Sequence[AuditEvent], now: datetime) -> int:
        """Append those that were not appended before; return how many. Events of one chain keep their order."""
        chains: dict[str, dict[str, AuditEvent]] = {}
        for event in events:
            chains.setdefault(event.chain, {}).setdefault(event.event_id, event)
        return sum(
            await asyncio.gather(*(self._append(chain, list(each.values()), now) for chain, each in chains.items()))
        )

    async def appending(self, event: AuditEvent, now: datetime) -> Sequence[Write]:
        """Return the writes that append a new event, for the transaction that does what it tells of.

        They are refused where another event came in between: look again then.
        """
        _, writes = await self._writes(event.chain, [event], now)
        return writes

    async def page(self, chain: str, limit: int, after: str | None) -> Entries:
        """Return a chain's events, the last one first."""
        page = await self._table.query(
            partition(chain), between=(EVENT, f"{EVENT}~"), descending=True, limit=limit, after=after
        )
        return _entries(page.items), page.next

    async def search(self, search: Search, limit: int, after: str | None) -> Entries:
        """Return events by time, the latest first; what has just been appended may be missing.

        A page may be short, or empty, with more behind it: a search reads no more than ten pages of the index.
        """
        index, where = search.index
        found: list[AuditEntry] = []
        for _ in range(_PAGES_A_SEARCH):
            page = await self._table.query(
                where,
                index=index,
                between=search.between,
                descending=True,
                limit=limit - len(found),
                after=after,
            )
            found += [entry for entry in _entries(await self._links(page.items)) if search.finds(entry)]
            after = page.next
            if after is None or len(found) == limit:
                break
        return found, after

    async def ready(self) -> None:
        """Raise where the table does not answer."""
        await self._table.get([head_key(GENESIS)])

    async def _links(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return the links of an index's items, which may be their marks."""
        keys = [(item["pk"], link_sort_key(item["sequence"])) for item in items if "body" not in item]
        marked = await self._table.get(keys) if keys else {}
        return [*(item for item in items if "body" in item), *(marked[key] for key in keys if key in marked)]

    async def _append(self, chain: str, events: Sequence[AuditEvent], now: datetime) -> int:
        appended = 0
        async with self._turns.setdefault(chain, asyncio.Lock()):
            for start in range(0, len(events), EVENTS_A_TRANSACTION):
                part = events[start : start + EVENTS_A_TRANSACTION]
                appended += await insist(partial(self._append_once, chain, part, now))
        return appended

    async def _append_once(self, chain: str, events: Sequence[AuditEvent], now: datetime) -> int:
        count, writes = await self._writes(chain, events, now)
        if writes:
            await self._table.transact(writes)
        return count

    async def _writes(self, chain: str, events: Sequence[AuditEvent], now: datetime) -> tuple[int, Sequence[Write]]:
        known = await self._table.get([head_key(chain), *map(mark_key, events)])
        new = [event for event in events if mark_key(event) not in known]
        links = _linked(new, known.get(head_key(chain)), now)
        return len(links), appending(links, self._seal) if links else []


def _linked(events: Sequence[AuditEvent], head: Item | None, now: datetime) -> Sequence[Link]:
    sequence, previous = (head["sequence"], head["hash"]) if head else (0, GENESIS)
    links = []
    for event in events:
        sequence += 1
        link = Link(
            chain=event.chain, sequence=sequence, previous=previous, recorded_at=now.astimezone(UTC), event=event
        )
        previous = digest(canonical(link))
        links.append(link)
    return links


def _entries(items: Sequence[Item]) -> Sequence[AuditEntry]:
    return [AuditEntry.of(link_of(item)) for item in items]
