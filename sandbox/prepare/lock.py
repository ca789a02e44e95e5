"""`python3 -m sandbox.prepare.lock`: pin each `*.in` into the hashed `*.txt` beside it, naming no index host."""

import sys
from typing import Final

from sandbox.prepare.python import UV
from sandbox.prepare.step import PreparationError, run

_LOCKS: Final = (
    "requirements",
    "requirements-dev",
    "sandbox/emulators/requirements",
    "sandbox/prepare/node",
    "sandbox/prepare/uv",
)
_OPTIONS: Final = (
    *("--generate-hashes", "--no-emit-index-url", "--universal", "--python-version", "3.11"),
    *("--custom-compile-command", "make lock"),
)


def main() -> int:
    """Write every lock; versions that still satisfy the inputs stay as they are."""
    for lock in _LOCKS:
        files = (f"{lock}.in", "--output-file", f"{lock}.txt")
        try:
            run([UV, "pip", "compile", "--quiet", *_OPTIONS, *files], log="lock")
        except PreparationError as failure:
            print(f"{lock}.in could not be locked: {failure}", file=sys.stderr)
            return 1
        print(f"{lock}.txt")
    return 0


if __name__ == "__main__":
    sys.exit(main())
