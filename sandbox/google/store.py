"""Events in one SQLite file. Each change is committed before it is answered, so it survives a kill."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

_SCHEMA: Final = """
CREATE TABLE IF NOT EXISTS events (
    calendar_id TEXT NOT NULL,
    event_id TEXT NOT NULL,
    starts_at_ms INTEGER NOT NULL,
    ends_at_ms INTEGER NOT NULL,
    updated_at_ms INTEGER NOT NULL,
    cancelled INTEGER NOT NULL,
    busy INTEGER NOT NULL,
    conference_request_id TEXT,
    conference_ready_at_ms INTEGER,
    resource TEXT NOT NULL,
    PRIMARY KEY (calendar_id, event_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS events_by_time ON events (calendar_id, ends_at_ms);
"""
_COLUMNS: Final = (
    "calendar_id, event_id, starts_at_ms, ends_at_ms, updated_at_ms, cancelled, busy,"
    " conference_request_id, conference_ready_at_ms, resource"
)
_INSERT: Final = f"INSERT OR IGNORE INTO events ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"  # noqa: S608  constants only
_SELECT: Final = f"SELECT {_COLUMNS} FROM events WHERE calendar_id = ?"  # noqa: S608  constants only


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvent:
    """An event as kept: `resource` is what Google shows, less what depends on the time of reading."""

    calendar_id: str
    event_id: str
    starts_at_ms: int
    ends_at_ms: int
    updated_at_ms: int
    cancelled: bool
    busy: bool
    conference_request_id: str | None
    conference_ready_at_ms: int | None
    resource: dict[str, Any]


class EventStore:
    """The events of all calendars. Deleted ones stay, cancelled: their ids are taken for ever."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()

    def add(self, event: StoredEvent) -> bool:
        """Keep a new event; False when its calendar already had that id."""
        return self._database.execute(_INSERT, _row(event)).rowcount == 1

    def add_all(self, events: Iterable[StoredEvent]) -> None:
        """Keep new events in one transaction, leaving alone those already there."""
        self._database.execute("BEGIN IMMEDIATE")
        self._database.executemany(_INSERT, (_row(event) for event in events))
        self._database.execute("COMMIT")

    def replace(self, event: StoredEvent) -> None:
        """Keep the new state of an event."""
        self._database.execute(_INSERT.replace("IGNORE", "REPLACE"), _row(event))

    def find(self, calendar_id: str, event_id: str) -> StoredEvent | None:
        """Return one event, cancelled or not."""
        row = self._database.execute(f"{_SELECT} AND event_id = ?", (calendar_id, event_id)).fetchone()
        return _event(row) if row else None

    def between(self, calendar_id: str, starts_at_ms: int, ends_at_ms: int) -> Iterator[StoredEvent]:
        """Return the events of a calendar that overlap the interval, cancelled ones too, by start."""
        rows = self._database.execute(
            f"{_SELECT} AND ends_at_ms > ? AND starts_at_ms < ? ORDER BY starts_at_ms, event_id",
            (calendar_id, starts_at_ms, ends_at_ms),
        )
        return (_event(row) for row in rows)


def _row(event: StoredEvent) -> tuple[object, ...]:
    return (
        event.calendar_id,
        event.event_id,
        event.starts_at_ms,
        event.ends_at_ms,
        event.updated_at_ms,
        event.cancelled,
        event.busy,
        event.conference_request_id,
        event.conference_ready_at_ms,
        json.dumps(event.resource),
    )


def _event(row: tuple[Any, ...]) -> StoredEvent:
    calendar_id, event_id, starts_at_ms, ends_at_ms, updated_at_ms, cancelled, busy, request_id, ready_at_ms, body = row
    return StoredEvent(
        calendar_id=calendar_id,
        event_id=event_id,
        starts_at_ms=starts_at_ms,
        ends_at_ms=ends_at_ms,
        updated_at_ms=updated_at_ms,
        cancelled=bool(cancelled),
        busy=bool(busy),
        conference_request_id=request_id,
        conference_ready_at_ms=ready_at_ms,
        resource=json.loads(body),
    )
