"""The state folder: everything that a platform keeps between two starts, and the lock that only one may hold.

Standard library only: `make reset` needs nothing installed.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sandbox.errors import SandboxError, StateDamagedError

PROJECT: Final = Path(__file__).resolve().parents[1]
_GIVE_UP_SECONDS: Final = 15


@dataclass(frozen=True, slots=True)
class StateFolder:
    """The paths inside the state folder `root`."""

    root: Path

    @classmethod
    def of_environment(cls) -> "StateFolder":
        """Return the folder that HEALTHMED_STATE names, or else the project's `.local/state`."""
        return cls(Path(os.environ.get("HEALTHMED_STATE") or PROJECT / ".local" / "state").absolute())

    @property
    def clock_offset(self) -> Path:
        """The seconds by which the services' clock is ahead; absent at first."""
        return self.root / "clock"

    @property
    def description(self) -> Path:
        """What runs, and where: see `sandbox.running`."""
        return self.root / "platform.json"

    @property
    def demo_data(self) -> Path:
        """How far the demo data is: `{"complete": bool, "today": date}`; the mark that a folder is a state folder."""
        return self.root / "demo-data.json"

    @property
    def _lock(self) -> Path:
        return self.root / "lock"

    def is_ours(self) -> bool:
        """Say whether the folder may be filled and emptied: it is a state folder, or there is nothing in it."""
        return self.demo_data.exists() or not self.root.exists() or set(self.root.iterdir()) <= {self._lock}

    def data(self, name: str) -> Path:
        """Return the folder of one emulator's data, or of the keys or logs, made where it is missing."""
        folder = self.root / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return folder

    @contextmanager
    def held(self) -> Iterator[int]:
        """Hold the folder; yield the lock's file descriptor. Raise `SandboxError` where that cannot be."""
        try:
            if not self.is_ours():
                message = (
                    f"{self.root} holds other things, or a damaged state: delete it, or name another HEALTHMED_STATE."
                )
                raise SandboxError(message)
            self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(self._lock, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as failure:
            message = (
                f"The state folder {self.root} cannot be written ({failure.strerror}): "
                "make it a writable folder, or name another one in HEALTHMED_STATE."
            )
            raise SandboxError(message) from failure
        try:
            self._take(descriptor)
            if not self.demo_data.exists():
                self.write(self.demo_data, {"complete": False})
            yield descriptor
        finally:
            os.close(descriptor)

    def is_held(self) -> bool:
        """Say whether a platform runs on this folder."""
        try:
            descriptor = os.open(self._lock, os.O_RDWR)
        except OSError:
            return False
        try:
            return not _locked(descriptor)
        finally:
            os.close(descriptor)

    def read(self, path: Path) -> dict[str, Any]:
        """Read one of the folder's JSON files; raise `SandboxError` where it is damaged."""
        try:
            content = json.loads(path.read_text())
        except (OSError, ValueError) as failure:
            raise StateDamagedError(self.root, path.name) from failure
        if not isinstance(content, dict):
            raise StateDamagedError(self.root, path.name)
        return content

    def write(self, path: Path, content: Mapping[str, Any]) -> None:
        """Write one of the folder's JSON files, all at once."""
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(content, indent=2))
        partial.chmod(0o600)
        partial.replace(path)

    def _take(self, descriptor: int) -> None:
        deadline = time.monotonic() + _GIVE_UP_SECONDS
        while not _locked(descriptor):
            holder = os.pread(descriptor, 20, 0).decode().strip()
            # A platform that was killed leaves its guard, which holds the lock until it has stopped the rest.
            if _is_alive(holder) or time.monotonic() > deadline:
                message = (
                    f"A sandbox already runs on {self.root} (process {holder}): stop it with Ctrl-C, "
                    "or start another one with its own HEALTHMED_STATE and HEALTHMED_PORT."
                )
                raise SandboxError(message)
            time.sleep(0.1)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)


def _locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_alive(process: str) -> bool:
    try:
        os.kill(int(process), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
