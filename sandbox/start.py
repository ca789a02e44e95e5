"""A platform's life in the foreground: hold the state folder, start, say what to try, and stop everything again."""

import asyncio
import os
import shutil
import signal
import time
from typing import Final

from sandbox import clock
from sandbox.ports import chosen_port
from sandbox.processes import Supervisor
from sandbox.progress import Progress
from sandbox.starting import Starting
from sandbox.state import StateFolder
from sandbox.welcome import welcome

_DATA: Final = ("ministack", "s3", "mongo", "google")
_DEFAULT_PORT: Final = "8000"


async def run(folder: StateFolder) -> None:
    """Run the platform in the foreground until a signal stops it; raise `SandboxError` where it cannot go on."""
    running = asyncio.ensure_future(_hold_and_run(folder))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, running.cancel)
    try:
        await running
    except asyncio.CancelledError:
        print("HealthMed has stopped.")


async def _hold_and_run(folder: StateFolder) -> None:
    began = time.monotonic()
    with folder.held() as lock:
        bff_port = chosen_port(os.environ.get("HEALTHMED_PORT") or _DEFAULT_PORT)
        first = not folder.read(folder.demo_data).get("complete")
        if first:
            _clear(folder)
        clock.offset(folder)  # services would stumble over a damaged one
        supervisor = Supervisor(folder.data("logs"), lock)
        try:
            title = f"HealthMed: starting{' (the first time, with demo data)' if first else ''}"
            with Progress(title) as progress:
                starting = Starting(folder, supervisor, progress)
                platform = await (starting.first(bff_port) if first else starting.again(bff_port))
            platform.save(folder)
            print(welcome(platform, folder, time.monotonic() - began), flush=True)
            raise await supervisor.first_to_stop()
        finally:
            print("\nStopping ...", flush=True)
            await supervisor.stop()


def _clear(folder: StateFolder) -> None:
    """Forget what a first start that was interrupted has left behind."""
    for name in _DATA:
        shutil.rmtree(folder.root / name, ignore_errors=True)
    folder.clock_offset.unlink(missing_ok=True)
