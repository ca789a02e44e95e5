"""A thing to prepare: done once, and again only when what it is made from has changed."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

PROJECT: Final = Path(__file__).resolve().parents[2]
LOCAL: Final = PROJECT / ".local"
_STAMPS: Final = LOCAL / "stamps"
_LOGS: Final = LOCAL / "logs"
_LAST_LINES: Final = 12


class PreparationError(Exception):
    """A command failed; the message names its log and ends with its last lines."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`make` turns `inputs` (files and folders) into `output`; the stamp remembers from what it was made."""

    name: str
    inputs: Sequence[Path]
    output: Path
    make: Callable[[], None]

    def is_done(self) -> bool:
        """Say whether the output is there and was made from the inputs as they are."""
        return self.output.exists() and self._stamp.exists() and self._stamp.read_text() == self._fingerprint()

    def run(self) -> None:
        """Make the output; raise `PreparationError`."""
        fingerprint = self._fingerprint()
        self.make()
        _STAMPS.mkdir(parents=True, exist_ok=True)
        self._stamp.write_text(fingerprint)

    @property
    def _stamp(self) -> Path:
        return _STAMPS / self.name.replace(" ", "-")

    def _fingerprint(self) -> str:
        digest = hashlib.sha256(f"{sys.version} {sys.platform} {PROJECT}".encode())
        for path in _files(self.inputs):
            digest.update(f"\0{path.relative_to(PROJECT)}\0".encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()


def _files(inputs: Iterable[Path]) -> Iterable[Path]:
    for path in inputs:
        if path.is_dir():
            yield from _files(sorted(child for child in path.iterdir() if child.name != "node_modules"))
        else:
            yield path


def run(
    command: Sequence[str | Path], *, log: str, folder: Path = PROJECT, also: Mapping[str, str] | None = None
) -> None:
    """Run a command with its output in `.local/logs/<log>.log`; raise `PreparationError` where it fails."""
    _LOGS.mkdir(parents=True, exist_ok=True)
    path = _LOGS / f"{log}.log"
    environment = os.environ | (also or {})
    with path.open("a") as output:
        output.write(f"$ {' '.join(map(str, command))}\n")
        output.flush()
        try:
            status = subprocess.run(  # noqa: S603  the commands are this package's own
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                check=False,
            ).returncode
        except OSError as failure:
            status = failure.errno or 1
            output.write(f"{failure}\n")
    if status != 0:
        last = "\n".join(f"    {line}" for line in path.read_text().splitlines()[-_LAST_LINES:])
        message = f"`{Path(command[0]).name} ...` failed with status {status} (all of it: {path}):\n{last}"
        raise PreparationError(message)
