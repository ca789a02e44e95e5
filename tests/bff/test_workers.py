"""Several processes at one port: all serve, one that dies is replaced, and a signal ends them all."""

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.timeout(30)
DEADLINE_SECONDS = 20
# Each says who it is, and then waits for its end.
SCRIPT = textwrap.dedent("""
    import os, signal
    from bff.workers import Workers

    def work():
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
        os.write(1, b"%d\\n" % os.getpid())
        signal.sigwait({signal.SIGTERM})

    Workers(2, work).run()
    print("over", flush=True)
""")


@pytest.fixture
def parent() -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(  # noqa: S603  the script above
        [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        yield process
        process.terminate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_all(parent: subprocess.Popen[str], ending: signal.Signals) -> None:
    workers = {int(said(parent)), int(said(parent))}
    assert len(workers | {parent.pid}) == 3
    parent.send_signal(ending)
    assert said(parent) == "over"
    assert parent.wait(DEADLINE_SECONDS) == 0
    for worker in workers:
        with pytest.raises(ProcessLookupError):
            os.kill(worker, 0)


def test_one_that_dies_is_replaced(parent: subprocess.Popen[str]) -> None:
    first, second = int(said(parent)), int(said(parent))
    began = time.monotonic()
    os.kill(first, signal.SIGKILL)
    third = int(said(parent))
    assert third not in {first, second}
    assert time.monotonic() - began >= 0.9
    os.kill(second, 0)
    parent.send_signal(signal.SIGTERM)
    assert said(parent) == "over"
