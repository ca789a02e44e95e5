"""The outbox: a state change and the event that tells of it are written in one transaction.

Effects in other services come from here alone. An event carries ids, times and amounts, never a name or a note.
"""

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from services.common.ids import lowest_id, new_id
from services.common.table import PENDING_INDEX, Table, Write, put

PARTITION: Final = "OUTBOX"
PREFIX: Final = "evt"
BATCH: Final = 500
# Behind every id: none of their characters is as high.
_BEHIND_ALL: Final = f"{PREFIX}_~"
Scalar = str | int | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to `entity` (its id), which is now at `version`.

    `id` sorts by time; consumers use it to do each thing once, and `version` to ignore what is older.
    """

    id: str
    type: str
    entity: str
    version: int
    at: datetime
    data: Mapping[str, Scalar]

    @classmethod
    def of(cls, kind: str, entity: str, version: int, at: datetime, data: Mapping[str, Scalar]) -> "Event":
        """Make a new event of a type such as `appointment.confirmed`."""
        return cls(id=new_id(PREFIX, at), type=kind, entity=entity, version=version, at=at, data=data)


def event_write(event: Event) -> Write:
    """Return the write to add to the transaction that changes the state."""
    return put(_item(event), new=True)


def position_at(moment: datetime) -> str:
    """Return the place in the log before the events of `moment` and behind those of the millisecond before."""
    return lowest_id(PREFIX, moment)


class Outbox:
    """The events of one service's table: those that wait to be told, and all of them as a log."""

    def __init__(self, table: Table) -> None:
        self._table = table

    async def pending(self, limit: int = 100) -> Sequence[Event]:
        """Return events not yet settled, oldest first."""
        page = await self._table.query(PARTITION, index=PENDING_INDEX, limit=limit)
        return [_event(item) for item in page.items]

    async def since(self, position: str) -> AsyncIterator[Event]:
        """Yield the log from `position` on, in the order of ids, each read strongly consistent.

        Ids are made before they are committed: an event may appear behind the place that a reader has reached.
        """
        after: str | None = None
        while True:
            page = await self._table.query(PARTITION, between=(position, _BEHIND_ALL), limit=BATCH, after=after)
            for item in page.items:
                yield _event(item)
            if page.next is None:
                return
            after = page.next

    async def settle(self, event: Event) -> None:
        """Record that every consumer has done its part; the event stays in the log."""
        await self._table.transact(
            [Write(kind="Update", key=(PARTITION, event.id), update="REMOVE pendingpk, pendingsk")]
        )


def _item(event: Event) -> dict[str, object]:
    body = {
        "type": event.type,
        "entity": event.entity,
        "version": event.version,
        "at": event.at.isoformat(),
        "data": dict(event.data),
    }
    return {
        "pk": PARTITION,
        "sk": event.id,
        "pendingpk": PARTITION,
        "pendingsk": event.id,
        "body": json.dumps(body),
    }


def _event(item: Mapping[str, str]) -> Event:
    body = json.loads(item["body"])
    return Event(
        id=item["sk"],
        type=body["type"],
        entity=body["entity"],
        version=body["version"],
        at=datetime.fromisoformat(body["at"]),
        data=body["data"],
    )
