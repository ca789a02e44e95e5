"""Events that wait for the sink, on disk: they survive whatever becomes of the process.

A batch is one file, written beside, synced and then named: it is there as a whole or not at all, and is never changed.
Several processes may share the folder, and one that starts takes over what another left: a batch that is delivered
twice is appended once.
"""

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from clients.records.audit import AuditEvents
from clients.wire import UNDECODABLE

_BATCH: Final = "*.json"
_REFUSED: Final = "refused"


class Spool:
    """Batches in a folder, which is made at the first one."""

    def __init__(self, folder: Path) -> None:
        self._folder: Final = folder
        self._number = 0

    def add(self, events: AuditEvents) -> None:
        """Keep a batch until it is delivered; it is on the disk when this returns. Raises `OSError` where it cannot."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._number += 1
        name = f"{self._number:012d}-{uuid.uuid4().hex}"
        unnamed = self._folder / f"{name}.part"
        with unnamed.open("xb") as file:
            file.write(msgspec.json.encode(events))
            file.flush()
            os.fsync(file.fileno())
        unnamed.rename(self._folder / f"{name}.json")
        _sync(self._folder)

    def waiting(self) -> Iterator[Path]:
        """Yield the batches, the oldest first."""
        yield from sorted(self._folder.glob(_BATCH), key=_age)

    def read(self, batch: Path) -> AuditEvents | None:
        """Return a batch's events; None where another process was faster, or it is unreadable (and put aside)."""
        try:
            return msgspec.json.decode(batch.read_bytes(), type=AuditEvents)
        except FileNotFoundError:
            return None
        except UNDECODABLE:
            self.put_aside(batch)
            return None

    def remove(self, batch: Path) -> None:
        """Forget a batch that was delivered."""
        batch.unlink(missing_ok=True)

    def put_aside(self, batch: Path) -> None:
        """Keep a batch that the sink will never take out of the others' way, for people to look at."""
        aside = self._folder / _REFUSED
        aside.mkdir(exist_ok=True)
        batch.rename(aside / batch.name)


def _age(batch: Path) -> tuple[int, str]:
    try:
        return batch.stat().st_mtime_ns, batch.name
    except FileNotFoundError:
        return 0, batch.name


def _sync(folder: Path) -> None:
    """Make a name that was given in the folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
