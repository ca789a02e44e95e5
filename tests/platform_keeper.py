"""The platform of a test run: started when a test wants it, stopped with the run, however that ends."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from sandbox import guard
from sandbox.ports import free_ports
from sandbox.state import PROJECT, StateFolder

FOLDER_VARIABLE = "HEALTHMED_TEST_RUN"
STOP_SECONDS = 30
POLL_SECONDS = 0.1


class RunFolder:
    """What the processes of a test run share: the wish for a platform, its state, its log, its lock."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.wanted = root / "wanted"
        self.state = root / "state"
        self.log = root / "platform.log"
        self.stopped = root / "stopped"
        self.to_be_killed = root / "to-be-killed"
        self.platform_lock = root / "platform.lock"

    @classmethod
    def of_environment(cls) -> "RunFolder":
        """Return the folder of this test run, which the process that began it has made."""
        return cls(Path(os.environ[FOLDER_VARIABLE]))


class PlatformKeeper:
    """Runs in the process that began the test run: the workers come and go."""

    def __init__(self) -> None:
        self._folder = RunFolder(Path(tempfile.mkdtemp(prefix="healthmed-tests-")))
        os.environ[FOLDER_VARIABLE] = str(self._folder.root)
        self._over = threading.Event()
        self._platform: subprocess.Popen[bytes] | None = None
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop the platform, if there is one, and forget its state."""
        self._over.set()
        self._thread.join()
        if self._platform is not None:
            self._platform.send_signal(signal.SIGTERM)
            try:
                self._platform.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._platform.kill()
                self._platform.wait()
            self._stop_guard()
        shutil.rmtree(self._folder.root, ignore_errors=True)

    def _watch(self) -> None:
        while not self._over.wait(POLL_SECONDS):
            if self._platform is None and self._folder.wanted.exists():
                self._platform = self._started()
            elif self._platform is not None and self._folder.to_be_killed.exists():
                self._kill(self._platform)
                self._platform = self._started()
                self._folder.to_be_killed.unlink()
            elif self._platform is not None and self._platform.poll() is not None:
                self._folder.stopped.touch()

    def _kill(self, platform: subprocess.Popen[bytes]) -> None:
        """Kill every process of the platform at once, as a power cut would."""
        description = StateFolder(self._folder.state).description
        for group in (platform.pid, *json.loads(description.read_text())["processes"].values()):
            os.killpg(group, signal.SIGKILL)
        platform.wait()
        description.unlink()
        self._stop_guard()

    def _stop_guard(self) -> None:
        self._guard.kill()
        self._guard.communicate()

    def _started(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "HEALTHMED_STATE": str(self._folder.state),
            "HEALTHMED_PORT": str(free_ports(1)[0]),
        }
        with self._folder.log.open("wb") as log:
            platform = subprocess.Popen(
                [sys.executable, "-m", "sandbox"],
                cwd=PROJECT,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        # Should this process be killed, the guard stops the platform, which stops the rest.
        self._guard = subprocess.Popen(  # noqa: S603  the sandbox's own script
            [sys.executable, guard.__file__], stdin=subprocess.PIPE, start_new_session=True
        )
        assert self._guard.stdin is not None
        self._guard.stdin.write(f"{platform.pid}\n".encode())
        self._guard.stdin.flush()
        return platform
