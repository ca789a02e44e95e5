"""`python3 -m sandbox.prepare [environments|graphiql]`: make a clone ready; instant when nothing has changed.

Runs on the system's Python with the standard library alone. `make run` prepares the environments first and lets the
platform build GraphiQL while it starts; the other commands prepare everything.
"""

import fcntl
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sandbox.prepare import graphiql, python
from sandbox.prepare.step import LOCAL, PROJECT, PreparationError, Step
from sandbox.progress import Progress

_INSTALLER: Final = python.installer()
_ENVIRONMENTS: Final = (
    python.environment("Python packages", PROJECT / ".venv", PROJECT / "requirements-dev.txt"),
    python.environment("emulators", LOCAL / "emulators", PROJECT / "sandbox" / "emulators" / "requirements.txt"),
)
_GRAPHIQL: Final = (graphiql.assets(),)
_PARTS: Final = {"environments": _ENVIRONMENTS, "graphiql": _GRAPHIQL}


def main(parts: Sequence[str]) -> int:
    """Prepare what is missing or stale of these parts, or of all; return the exit status."""
    LOCAL.mkdir(exist_ok=True)
    steps = [step for part, steps in _PARTS.items() if part in parts or not parts for step in steps]
    with (LOCAL / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make test` beside `make run`: the second waits, then finds all done
        missing = [step for step in steps if not step.is_done()]
        return _prepare(missing) if missing else 0


def _prepare(missing: Sequence[Step]) -> int:
    try:
        with Progress("HealthMed: preparing, once") as progress, ThreadPoolExecutor() as threads:
            builds = [threads.submit(_run, step, progress) for step in missing if step in _GRAPHIQL]
            environments = [step for step in missing if step in _ENVIRONMENTS]
            if environments and not _INSTALLER.is_done():
                _run(_INSTALLER, progress)
            builds += [threads.submit(_run, step, progress) for step in environments]
            for build in builds:
                build.result()
    except PreparationError as failure:
        print(f"HealthMed could not be prepared: {failure}", file=sys.stderr)
        return 1
    return 0


def _run(step: Step, progress: Progress) -> None:
    progress.start(step.name)
    try:
        step.run()
    except BaseException:
        progress.done(step.name, "FAILED")
        raise
    progress.done(step.name)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
