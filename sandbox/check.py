"""`python -m sandbox.check`: every gate that CI has, in order, with its name and time; the tests come last."""

import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sandbox.state import PROJECT

COVERAGE_PERCENT: Final = 95
_PYTHON: Final = (sys.executable, "-m")
_BIN: Final = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Gate:
    """A command that fails where a rule is broken."""

    name: str
    command: Sequence[str]

    def holds(self, folder: Path, *, quiet: bool) -> bool:
        """Run the gate in a project's folder; show its output where it fails, or at once where it is not quiet."""
        result = subprocess.run(  # noqa: S603  the gates' own commands
            self.command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if quiet else None,
            stderr=subprocess.STDOUT if quiet else None,
            text=True,
            check=False,
        )
        if quiet and result.returncode != 0:
            print(result.stdout, flush=True)
        return result.returncode == 0


# Without its cache: whether an import is our own depends on files beside the one that it remembers.
LINT: Final = Gate("ruff check", (*_PYTHON, "ruff", "check", "--no-cache"))
FORMAT: Final = Gate("ruff format", (*_PYTHON, "ruff", "format", "--check"))
TYPES: Final = Gate("mypy", (*_PYTHON, "mypy"))
CONTRACTS: Final = Gate("import contracts", (str(_BIN / "lint-imports"),))
SDL: Final = Gate("SDL drift", (*_PYTHON, "schema", "check"))
LENGTHS: Final = Gate("file lengths", (*_PYTHON, "sandbox.lengths"))
TESTS: Final = Gate(
    "tests and coverage",
    (*_PYTHON, "pytest", "-n", "2", "--cov", "--cov-report=term", f"--cov-fail-under={COVERAGE_PERCENT}"),
)
GATES: Final = (LINT, FORMAT, TYPES, CONTRACTS, SDL, LENGTHS, TESTS)


def main() -> int:
    """Run all gates, also behind one that fails; return the exit status."""
    held: dict[str, bool] = {}
    for gate in GATES:
        began = time.monotonic()
        held[gate.name] = gate.holds(PROJECT, quiet=gate is not TESTS)
        outcome = "ok" if held[gate.name] else "FAILED"
        print(f"  {outcome:<6} {gate.name:<22} {time.monotonic() - began:5.1f} s", flush=True)
    failed = [name for name, holds in held.items() if not holds]
    print(f"check: {', '.join(failed)} failed" if failed else "check: all gates hold")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
