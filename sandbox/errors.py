"""What can keep the sandbox from running: one clear line that says what to do."""

from pathlib import Path


class SandboxError(Exception):
    """The message is the line."""


class StateDamagedError(SandboxError):
    """What the state folder `root` holds cannot be trusted: `what` is wrong."""

    def __init__(self, root: Path, what: str) -> None:
        super().__init__(f"The state folder {root} is damaged ({what}): run `make reset` to start afresh.")
