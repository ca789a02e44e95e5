"""`python -m sandbox.lengths`: a file is a room; none has more than 300 lines."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sandbox.state import PROJECT

MOST_LINES: Final = 300
_NOT_OURS: Final = frozenset({".git", ".local", ".venv", "node_modules"})


def python_files(folder: Path) -> Iterator[Path]:
    """Yield the project's own Python files."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name not in _NOT_OURS:
            yield from python_files(path)
        elif path.suffix == ".py":
            yield path


def main(folder: Path) -> int:
    """Print every file that is too long; return the exit status."""
    lengths = {path: len(path.read_text().splitlines()) for path in python_files(folder)}
    too_long = {path: lines for path, lines in lengths.items() if lines > MOST_LINES}
    for path, lines in too_long.items():
        print(f"{path.relative_to(folder)} has {lines} lines, {lines - MOST_LINES} too many")
    return 1 if too_long else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PROJECT))
