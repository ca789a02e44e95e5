"""Run a server for as long as somebody uses it: `python keeper.py USERS STATE COMMAND...`.

Each user holds a shared lock on the file USERS, which the kernel releases however the user ends. Once the exclusive
lock is to be had, nobody is left: STATE, which says that the server runs, is removed, and the server stopped.
"""

import fcntl
import os
import subprocess
import sys
from pathlib import Path

STOP_SECONDS = 10


def main(users: str, state: str, *command: str) -> None:
    """Start `command` in the background, and stop it when the last user is gone."""
    if os.fork():
        return
    server = subprocess.Popen(command)  # noqa: S603  the tests' own emulators
    with Path(users).open() as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        Path(state).unlink(missing_ok=True)
        server.terminate()
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            server.kill()


if __name__ == "__main__":
    main(*sys.argv[1:])
