"""The guard: stops what a platform started when the platform itself is gone, however it went, `kill -9` included.

Run as a script in a session of its own. Its standard input is a pipe from the platform, with the id of each process
group that it started on a line; the pipe's end is the platform's end. It inherits the state folder's lock, so that
nobody starts on that folder before the last of the old processes has stopped.
"""

import contextlib
import os
import signal
import sys
import time

GRACE_SECONDS = 3
POLL_SECONDS = 0.05


def main() -> None:
    """Wait for the end, then stop every group: kindly at first."""
    groups = {int(line) for line in sys.stdin}
    deadline = time.monotonic() + GRACE_SECONDS
    _signal(groups, signal.SIGTERM)
    while time.monotonic() < deadline and any(_lives(group) for group in groups):
        time.sleep(POLL_SECONDS)
    _signal(groups, signal.SIGKILL)


def _signal(groups: set[int], number: signal.Signals) -> None:
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, number)


def _lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    main()
