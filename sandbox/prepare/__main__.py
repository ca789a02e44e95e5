"""`python3 -m sandbox.prepare`: make a fresh clone ready to run, test and check; instant when nothing has changed.

Runs on the system's Python with the standard library alone.
"""

import fcntl
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from sandbox.prepare import graphiql, python
from sandbox.prepare.step import LOCAL, PROJECT, PreparationError, Step
from sandbox.progress import Progress

_INSTALLER: Final = python.installer()
_STEPS: Final = (
    python.environment("Python packages", PROJECT / ".venv", PROJECT / "requirements-dev.txt"),
    python.environment("emulators", LOCAL / "emulators", PROJECT / "sandbox" / "emulators" / "requirements.txt"),
    graphiql.assets(),
)


def main() -> int:
    """Prepare what is missing or stale, at the same time where it can; return the exit status."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # `make test` beside `make run`: the second waits, then finds all done
        missing = [step for step in _STEPS if not step.is_done()]
        return _prepare(missing) if missing else 0


def _prepare(missing: list[Step]) -> int:
    try:
        with Progress("HealthMed: preparing (once; about half a minute)") as progress, ThreadPoolExecutor() as threads:
            builds = [threads.submit(_run, step, progress) for step in missing if step.name == "GraphiQL"]
            if not _INSTALLER.is_done():
                _run(_INSTALLER, progress)
            builds += [threads.submit(_run, step, progress) for step in missing if step.name != "GraphiQL"]
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
    sys.exit(main())
